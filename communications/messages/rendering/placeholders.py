"""The few words in double braces that a text may hold, and how their values get in.

A text is prepared once: each placeholder becomes a mark between two Unicode noncharacters, which
no text can bring along (``clean`` takes them out, and neither Markdown nor HTML writes them).
Values are escaped for their place and spliced at the marks in one pass: nothing in a value is
ever read as a placeholder, as Markdown or as HTML.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KNOWN: dict[str, Promise] = {
    "first_name": _("First name, or the full name if there is no first name"),
    "last_name": _("Last name"),
    "name": _("First and last name"),
    "site": _("Site where the person works"),
    "go_live_date": _("Go-live date of that site, written in the language of the text"),
    "programme": _("Name of the programme"),
}

# The only one that holds the same for everybody.
SHARED = "programme"

OPEN, CLOSE = "\ufdd0", "\ufdd1"
MARK = re.compile(f"{OPEN}([a-z_]+){CLOSE}")
LINK_MARK = re.compile(f"{OPEN}[a-z_]+_link{CLOSE}")
WELL_FORMED = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
# Whatever looks like a placeholder or like a template language, with the full-width braces that
# a Chinese or Japanese keyboard gives.
BRACED = re.compile(
    r"\{\{[^{}]*\}\}|\{\{[^{}\n]{0,40}|\}\}|\{[%#][^\n]{0,40}?[%#]\}|\{%[^\n]{0,40}"
    r"|(?<!｛)｛+[^{}｛｝\n]*｝+"
)
LINE_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
# Control characters, characters that turn the reading direction round, halves of characters, and
# noncharacters.
UNFIT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
ISOLATES = re.compile(r"[\u2066-\u2069]")
HTTP_ADDRESS = re.compile(r"https?://[^\s<>\"'\\]+")


def unknown_placeholders(text: str, extra: frozenset[str]) -> list[str]:
    """Return what looks like a placeholder and is none, as written, each once, in order.

    Args:
        text: a subject or a body.
        extra: the source's own placeholders.
    """
    found = (match.group().strip() for match in BRACED.finditer(text))
    return list(dict.fromkeys(one for one in found if not is_known(one, extra)))


def is_known(written: str, extra: frozenset[str]) -> bool:
    """Tell whether ``written``, with its braces, is a placeholder that can be filled."""
    match = WELL_FORMED.fullmatch(written)
    return match is not None and (match[1] in KNOWN or match[1] in extra)


def personal_placeholders(text: str) -> list[str]:
    """Return the placeholders of a text that a group cannot fill, as written, each once."""
    found = (match for match in WELL_FORMED.finditer(text) if match[1] != SHARED)
    return list(dict.fromkeys(match.group() for match in found))


def clean(text: str) -> str:
    """Return a text of one or more lines without characters that no reader can see."""
    return UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_line(value: str) -> str:
    """Return a value as one line without control, direction or private characters."""
    if value.isprintable():
        return value
    return ISOLATES.sub("", UNFIT.sub("", LINE_BREAKS.sub(" ", value)))


def checked_address(value: str) -> str:
    """Return the value of a ``_link`` placeholder.

    Raises:
        ValueError: it is no http or https address. A mail without its link must not leave.
    """
    if not HTTP_ADDRESS.fullmatch(value):
        raise ValueError("A link placeholder needs an http or https address.")
    return value


def mark(text: str, extra: frozenset[str]) -> str:
    """Return the cleaned text with a mark in the place of each known placeholder."""

    def marked(match: re.Match[str]) -> str:
        name = match[1]
        return f"{OPEN}{name}{CLOSE}" if is_known(match[0], extra) else match[0]

    return WELL_FORMED.sub(marked, clean(text))


@dataclass(frozen=True)
class Pattern:
    """A marked text cut at its marks: ``literals`` is one longer than ``names``."""

    literals: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, marked: str) -> "Pattern":
        """Cut a marked text."""
        pieces = MARK.split(marked)
        return cls(tuple(pieces[::2]), tuple(pieces[1::2]))

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text with values already escaped for it.

        A missing value leaves nothing, and takes the space before it along.
        """
        return "".join(self.pieces(values))

    def pieces(self, values: Mapping[str, str]) -> list[str]:
        """Return the same in pieces: literal, value, literal, and so on."""
        filled = [self.literals[0]]
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            value = values.get(name, "")
            if not value:
                filled[-1] = filled[-1].removesuffix(" ")
            filled += (value, literal)
        return filled
