"""What of a message stands on a poster or a flyer: its own approved words, and no others.

The title is the subject, the lead the first paragraph, the points the first list. A line that
names a person, or leads by a link of their own, stands on no wall.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, override
from markdown_it.token import Token

from communications.messages.rendering.markdown import Prose, read
from communications.messages.rendering.placeholders import Pattern, clean_line, mark
from communications.messages.rendering.plain import inline_text

# What all people of a site share.
OF_SITE = frozenset({"site", "go_live_date", "programme"})
NOTHING: frozenset[str] = frozenset()
# An item of a list that goes on; on a wall it stands alone.
_ITEM_ENDS = ";,；，؛،"
_GREETING_ENDS = (",", "，", "،", "、")


@dataclass(frozen=True)
class SheetText:
    """Title, lead and points as plain text, and the few words around them."""

    title: str
    lead: str
    points: tuple[str, ...]
    labels: dict[str, str]


def sheet_text(language: str, subject: str, body: str, values: Mapping[str, str]) -> SheetText:
    """Return what a text says on a sheet, with the values of a site in their places."""
    title = Pattern.of(mark(clean_line(subject), NOTHING)).fill(values).strip()
    lead, points = "", []
    for in_list, pattern in _lines(body, language):
        if not set(pattern.names) <= OF_SITE:
            continue
        line = " ".join(pattern.fill(values).split())
        if in_list:
            points.append(line.rstrip(_ITEM_ENDS))
        elif points:
            break
        elif not lead and not line.endswith(_GREETING_ENDS):
            lead = line[:1].upper() + line[1:]
    return SheetText(title, lead, tuple(points), labels(language))


def labels(language: str) -> dict[str, str]:
    """Return the words of a sheet in its language."""
    with override(language):
        return {
            "when": gettext("When"),
            "where": gettext("Where"),
            "help": gettext("Help"),
            "qr": gettext("What changes for me"),
        }


def _lines(body: str, language: str) -> Iterator[tuple[bool, Pattern]]:
    """Yield each paragraph and each item of a list, and whether it is one."""
    for part in read(mark(body, NOTHING)):
        if isinstance(part, Prose):
            yield from _of_prose(part.tokens, language)


def _of_prose(tokens: Sequence[Token], language: str) -> Iterator[tuple[bool, Pattern]]:
    depth, is_heading = 0, False
    for token in tokens:
        if token.type.endswith("_list_open") or token.type.endswith("_list_close"):
            depth += token.nesting
        elif token.type in ("heading_open", "heading_close"):
            is_heading = token.nesting > 0
        elif token.type == "inline" and not is_heading:
            yield depth > 0, Pattern.of(_said(token, language))


def _said(inline: Token, language: str) -> str:
    return inline_text(inline.children or (), language)
