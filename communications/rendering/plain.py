"""The plain text twin of a mail, made from the same Markdown tokens."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from markdown_it.token import Token

from communications.rendering.language import direction
from communications.rendering.markdown import Button, Part, Prose, href_of
from communications.rendering.placeholders import OPEN, Pattern

COLUMNS = 72
# Between the words of a link and its address.
COLONS = {"fr": "\u00a0: ", "zh-hans": "：", "ja": "："}
LEFT_TO_RIGHT, FIRST_STRONG, END = "\u2066", "\u2068", "\u2069"

_HAN = "\u2e80-\u30ff\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
_CLOSING = "、。，．！？：；）」』】》〉ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_OPENING = "（「『【《〈"
# Where a line may break: at spaces, and between Chinese or Japanese characters, but not before a
# closing or after an opening mark.
UNITS = re.compile(f" +|[{_OPENING}]*(?:[^ {_HAN}]+|[{_HAN}])[{_CLOSING}]*|[{_OPENING}]+")


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or list item; ``first`` and ``rest`` are the indents of its lines."""

    pattern: Pattern
    first: str = ""
    rest: str = ""

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the lines with their values, at most 72 columns wide where words allow it."""
        lines = self.pattern.fill(values).split("\n")
        indents = [self.first] + [self.rest] * (len(lines) - 1)
        return "\n".join(
            wrapped(line.strip(" "), indent, self.rest)
            for line, indent in zip(lines, indents, strict=True)
        )


def width(text: str) -> int:
    """Return how many columns a text takes in a fixed font: two for a Chinese character."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def wrapped(line: str, first: str, rest: str) -> str:
    """Return the line broken where it passes 72 columns."""
    if len(first) + width(line) <= COLUMNS:
        return first + line
    done, current, used, gap = [], first, len(first), ""
    for unit in UNITS.findall(line):
        size = width(unit)
        if unit[0] == " ":
            gap = " "
        elif used + len(gap) + size > COLUMNS and current.strip():
            done.append(current)
            current, used, gap = rest + unit, len(rest) + size, ""
        else:
            current, used, gap = current + gap + unit, used + len(gap) + size, ""
    return "\n".join([*done, current])


def isolated(text: str, language: str) -> str:
    """Return a value that keeps its own direction in a text written from right to left."""
    return f"{FIRST_STRONG}{text}{END}" if text and direction(language) == "rtl" else text


def address(href: str, language: str) -> str:
    """Return an address as a reader types it, left to right in any text."""
    shown = href.removeprefix("mailto:").removeprefix("tel:")
    if OPEN in href or direction(language) == "ltr":
        return shown
    return f"{LEFT_TO_RIGHT}{shown}{END}"


def label_and_address(label: str, href: str, language: str) -> str:
    """Return “label: address”, or the address alone if that is the label."""
    shown = href.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in (shown, href):
        return address(href, language)
    return f"{label}{COLONS.get(language, ': ')}{address(href, language)}"


def inline_text(children: Sequence[Token], language: str) -> str:
    """Return a line of Markdown as text."""
    said: list[str] = []
    start, href = 0, ""
    for token in children:
        if token.type == "link_open":
            start, href = len(said), href_of(token)
        elif token.type == "link_close":
            said[start:] = [label_and_address("".join(said[start:]), href, language)]
        else:
            said.append("\n" if token.type in ("softbreak", "hardbreak") else token.content)
    return "".join(said)


def prose_blocks(prose: Prose, language: str) -> Iterator[tuple[bool, Block]]:
    """Yield the blocks of a prose part; True with those that follow without an empty line."""
    bullets: list[str] = []
    counts: list[int] = []
    for token in prose.tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            counts.append(int(token.attrGet("start") or 1) if token.tag == "ol" else 0)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            counts.pop()
        elif token.type == "list_item_open":
            bullets.append(f"{counts[-1]}. " if counts[-1] else "- ")
            counts[-1] += 1 if counts[-1] else 0
        elif token.type == "list_item_close":
            bullets.pop()
        elif token.type == "inline":
            yield block_of(token, bullets, language)
            bullets = [" " * len(bullet) for bullet in bullets]


def block_of(inline: Token, bullets: Sequence[str], language: str) -> tuple[bool, Block]:
    """Return the block of an inline token, and whether it begins an item of a list."""
    first = "".join(bullets)
    text = Pattern.of(inline_text(inline.children or (), language))
    return bool(first.strip()), Block(text, first, " " * len(first))


def text_blocks(parts: Sequence[Part], language: str) -> list[tuple[str, Block]]:
    """Return each block of a body with what stands before it: nothing, one or two line ends."""
    blocks: list[tuple[str, Block]] = []
    was_item = False
    for is_item, block in all_blocks(parts, language):
        gap = "\n" if is_item and was_item else "\n\n"
        blocks.append((gap if blocks else "", block))
        was_item = is_item
    return blocks


def all_blocks(parts: Sequence[Part], language: str) -> Iterator[tuple[bool, Block]]:
    """Yield the blocks of all parts."""
    for part in parts:
        if isinstance(part, Button):
            said = label_and_address(part.label, part.href, language)
            yield False, Block(Pattern.of(said))
        else:
            yield from prose_blocks(part, language)
