"""What of a message stands on a poster or a flyer: its own approved words, and no others.

The title is the subject, the lead the first paragraph, the points the first list. A line that
names a person, or leads by a link of their own, stands on no wall.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, override

from communications.messages.rendering.lines import GREETING_ENDS, lines_of_body
from communications.messages.rendering.placeholders import Pattern, clean_line, mark
from communications.messages.rendering.values import written_date

# What all people of a site share.
OF_SITE = frozenset({"site", "go_live_date", "programme"})
NOTHING: frozenset[str] = frozenset()
# An item of a list that goes on; on a wall it stands alone.
_ITEM_ENDS = ";,；，؛،"


@dataclass(frozen=True)
class SheetText:
    """Title, lead and points as plain text, and the few words around them.

    What ``is_written`` was written for the sheet; its lead is what to do.
    """

    title: str
    lead: str
    points: tuple[str, ...]
    labels: dict[str, str]
    is_written: bool = False


def sheet_text(language: str, subject: str, body: str, values: Mapping[str, str]) -> SheetText:
    """Return what a text says on a sheet, with the values of a site in their places."""
    title = filled(subject, values)
    lead, points = "", []
    for in_list, pattern in lines_of_body(body, language):
        if not set(pattern.names) <= OF_SITE:
            continue
        line = " ".join(pattern.fill(values).split())
        if in_list:
            points.append(line.rstrip(_ITEM_ENDS))
        elif points:
            break
        elif not lead and not line.endswith(GREETING_ENDS):
            lead = line[:1].upper() + line[1:]
    return SheetText(title, lead, tuple(points), labels(language))


POINTS = ("first", "second", "third")


def form_text(language: str, fields: Mapping[str, str], values: Mapping[str, str]) -> SheetText:
    """Return what the fields of a poster or a flyer say, with the values of a site."""
    said = {name: filled(text, values) for name, text in fields.items()}
    points = tuple(said[name] for name in POINTS if said.get(name))
    return SheetText(
        said.get("headline", ""), said.get("action", ""), points, labels(language), is_written=True
    )


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return one line with the values of a site in their places."""
    return Pattern.of(mark(clean_line(text), NOTHING)).fill(values).strip()


def days_in_words(language: str, from_on: date | None, until_on: date | None) -> tuple[str, str]:
    """Return from when and until when a sheet hangs, in its language; empty without a day."""
    with override(language):
        since = gettext("Valid from %(day)s") if from_on else ""
        until = gettext("Remove on %(day)s") if until_on else ""
    return _dated(since, from_on, language), _dated(until, until_on, language)


def _dated(words: str, day: date | None, language: str) -> str:
    return words % {"day": written_date(day, language)} if day else ""


def labels(language: str) -> dict[str, str]:
    """Return the words of a sheet in its language."""
    with override(language):
        return {
            "when": gettext("When"),
            "where": gettext("Where"),
            "help": gettext("Help"),
            "qr": gettext("What changes for me"),
            "points": gettext("Talking points"),
        }
