"""What is announced to a group, and what its words must not do in a chat.

Title and text are content of people, so each service gets them as plain text wherever it has such
a field, and none of them can call somebody or hide where a link leads.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

LONGEST_TITLE = 150
BYTES_PER_CHARACTER = 3
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_TAG = re.compile(r"<(?=\s*[/@!#]|\s*at\b)", re.IGNORECASE)
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Announcement:
    """A post to a group, without personal data.

    Attributes:
        title: one line.
        text: paragraphs of plain text, with an empty line between them.
        url: an https address under which more stands, or "".
        language: BCP 47 code of title and text.
        key: the name of the post; each try of the same post has the same.
    """

    title: str
    text: str
    url: str
    language: str
    key: str


def fitted(announcement: Announcement, limit: int) -> Announcement:
    """Return the same in at most ``limit`` characters, title and address counted, cleaned.

    A character above three bytes of UTF-8 counts more, so that bytes stay below three times that.
    """
    title = shortened(" ".join(cleaned(announcement.title).split()), LONGEST_TITLE)
    taken = weight(title) + weight(announcement.url) + 4
    text = shortened(cleaned(announcement.text).strip(), max(limit - taken, 0))
    return replace(announcement, title=title, text=text)


def cleaned(text: str) -> str:
    """Return a text with plain line ends, without controls and turns of direction."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def untagged(text: str) -> str:
    """Return a text in which no ``<at>``, ``<@…>`` or ``<!…>`` is one: its bracket is another."""
    return _TAG.sub("\uff1c", text)


def weight(text: str) -> int:
    """Return how many characters of at most three bytes a text takes."""
    return max(len(text), -(-len(text.encode("utf-8", "replace")) // BYTES_PER_CHARACTER))


def shortened(text: str, limit: int) -> str:
    """Return a text of at most ``limit`` characters, cut behind a paragraph or a word."""
    if weight(text) <= limit:
        return text
    head = _longest_head(text, limit - 2)
    for gap, dots in (("\n\n", "\n…"), (" ", " …")):
        whole = text[: len(head) + len(gap)].rpartition(gap)[0]
        if len(whole) * 2 > len(head):
            return whole.rstrip()[: len(head)] + dots
    return head.rstrip() + "…" if limit > 0 else ""


def _longest_head(text: str, limit: int) -> str:
    """Return the longest beginning within a limit that parts no character from its marks."""
    head = text[: max(limit, 0)]
    while head and weight(head) > limit:
        head = head[:-1]
    while head and _belongs(text, len(head)):
        head = head[:-1]
    return head


def _belongs(text: str, at: int) -> bool:
    """Tell whether the character at a place is drawn together with the one before."""
    before, after = text[at - 1], text[at : at + 1]
    return before == _JOINER or after == _JOINER or bool(unicodedata.combining(after or "a"))


def lines_of(announcement: Announcement, escape: Callable[[str], str] = untagged) -> str:
    """Return title, text and address as one plain text."""
    parts = (escape(announcement.title), escape(announcement.text), announcement.url)
    return "\n\n".join(part for part in parts if part)
