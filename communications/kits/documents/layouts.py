"""Which layout a sheet is set in: what it says and when it goes out decide, and nobody must choose.

The first that fits is taken; the last of each fits most.
"""

from communications.kits.documents.sheet import Sheet

QUESTION_MARKS = ("?", "？", "؟")


def poster_layouts(sheet: Sheet) -> list[str]:
    """Return the layouts of its poster: its own points, a question, the last week, the way."""
    if sheet.is_written:
        return ["poster-points"]
    if sheet.title.rstrip(" |").endswith(QUESTION_MARKS) and sheet.lead:
        return ["poster-question", "poster-route"]
    return ["poster-date", "poster-route"] if is_of_last_week(sheet) else ["poster-route"]


def flyer_layouts(sheet: Sheet) -> list[str]:
    """Return the layouts of its flyer: what to do until that day, in order, or the way."""
    if sheet.is_written:
        return ["flyer-route"]
    return ["flyer-three", "flyer-route"] if is_of_last_week(sheet) else ["flyer-route"]


def is_of_last_week(sheet: Sheet) -> bool:
    """Tell whether it says what to do in the last week or on the day."""
    return sheet.is_near and sheet.live_on is not None and bool(sheet.points)
