"""A day as a sheet writes it, in the language's own long form, with Western digits."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from programmes.rendering.formats import locale_of


@dataclass(frozen=True)
class WrittenDay:
    """“Monday”, “18 January 2027” and “Monday 18 January 2027”; each empty without a day."""

    weekday: str = ""
    date: str = ""
    long: str = ""


def written_day(day: date | None, language: str) -> WrittenDay:
    """Return a day in the words of a language."""
    if day is None:
        return WrittenDay()
    locale = locale_of(language)
    written = format_date(day, "long", locale=locale)
    if language == "fr" and day.day == 1:
        written = written.replace("1 ", "1er ", 1)
    if language == "ru":
        written = written.removesuffix(" г.").removesuffix("\u202fг.")
    weekday = format_date(day, "cccc", locale=locale)
    return WrittenDay(weekday, written, format_date(day, "full", locale=locale))
