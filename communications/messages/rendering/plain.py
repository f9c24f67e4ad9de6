"""The plain text version of a mail, made from the same Markdown tokens."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from unicodedata import east_asian_width

from markdown_it.token import Token

from communications.messages.rendering.language import direction
from communications.messages.rendering.markdown import Button, Part, Prose, href_of
from communications.messages.rendering.placeholders import OPEN, Pattern

COLUMNS = 72
# Between the words of a link and its address.
COLONS = {"fr": "\u00a0: ", "zh-hans": "：", "ja": "："}
LEFT_TO_RIGHT, FIRST_STRONG, END = "\u2066", "\u2068", "\u2069"

_HAN = "\u2e80-\u30ff\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
_CLOSING = "、。，．！？：；）」』】》〉ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_OPENING = "（「『【《〈"
# Behind each character of two columns while lines are broken, so that length is width.
FILLER = "\ufdd2"
# Where a line may break: at spaces, and beside Chinese or Japanese characters, but not before a
# closing or after an opening mark.
BREAK = (
    f" |(?<=[{_HAN}{FILLER}])(?<![{_OPENING}])(?<![{_OPENING}]{FILLER})(?=[^ {FILLER}{_CLOSING}])"
    f"|(?<=[^ {_HAN}{FILLER}{_OPENING}])(?=[{_HAN}])(?=[^{_CLOSING}])"
)
FIRST_UNIT = re.compile(f"(.+?)(?:{BREAK}|$)")
SPACES = re.compile(" {2,}")
FROM_WIDE = re.compile("[\u1100-\U0010ffff]")


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or list item; ``first`` and ``rest`` are the indents of its lines."""

    pattern: Pattern
    first: str = ""
    rest: str = ""

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the lines with their values, at most 72 columns wide where words allow it."""
        wide = {name: widened(values.get(name, "")) for name in self.pattern.names}
        lines = self._widened.fill(wide).split("\n")
        indents = [self.first] + [self.rest] * (len(lines) - 1)
        return "\n".join(
            wrapped(line.strip(" "), indent, self.rest)
            for line, indent in zip(lines, indents, strict=True)
        ).replace(FILLER, "")

    @cached_property
    def _widened(self) -> Pattern:
        return Pattern(tuple(map(widened, self.pattern.literals)), self.pattern.names)

    def unbroken(self, values: Mapping[str, str]) -> str:
        """Return the lines with their values, each as long as it is."""
        lines = self.pattern.fill(values).split("\n")
        return "\n".join(
            (self.rest if number else self.first) + line.strip(" ")
            for number, line in enumerate(lines)
        )


# What people of one site share.
SHARED = {"site", "go_live_date", "programme"}


@dataclass(frozen=True, eq=False)
class Run:
    """Blocks one behind the other, with what stands before each."""

    blocks: tuple[tuple[str, Block], ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the placeholders, each once."""
        return tuple(dict.fromkeys(n for _gap, block in self.blocks for n in block.pattern.names))

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text; what people of one site share is written once."""
        chosen = tuple(values.get(name, "") for name in self.names)
        return filled(self, chosen) if SHARED.issuperset(self.names) else self.written(chosen)

    def written(self, chosen: Sequence[str]) -> str:
        """Return the text with the values of ``names``, one after the other."""
        values = dict(zip(self.names, chosen, strict=True))
        return "".join(gap + block.fill(values) for gap, block in self.blocks)


@lru_cache(maxsize=1024)
def filled(run: Run, chosen: tuple[str, ...]) -> str:
    """Return the text of a run, kept for the next mail."""
    return run.written(chosen)


def runs_of(blocks: Sequence[tuple[str, Block]]) -> tuple[Run, ...]:
    """Return the blocks in runs: those that people of one site share apart from the others."""
    groups = groupby(blocks, key=lambda pair: SHARED.issuperset(pair[1].pattern.names))
    return tuple(Run(tuple(group)) for _is_shared, group in groups)


@lru_cache(maxsize=4096)
def widened(text: str) -> str:
    """Return a text with a filler behind each character that takes two columns of a fixed font."""
    if text.isascii():
        return text
    return FROM_WIDE.sub(
        lambda found: found[0] + FILLER if east_asian_width(found[0]) in "WF" else found[0], text
    )


@lru_cache(maxsize=128)
def fitting(room: int) -> re.Pattern[str]:
    """Return what finds the most of a line that fits into so many columns."""
    return re.compile(f"(.{{1,{max(room, 1)}}})(?:{BREAK})")


def wrapped(line: str, first: str, rest: str) -> str:
    """Return a widened line broken where it passes 72 columns."""
    if len(first) + len(line) <= COLUMNS:
        return first + line
    done, indent, line = [], first, SPACES.sub(" ", line)
    while len(indent) + len(line) > COLUMNS:
        found = fitting(COLUMNS - len(indent)).match(line) or FIRST_UNIT.match(line)
        if found is None:
            break
        done.append(indent + found[1])
        line, indent = line[found.end() :], rest
    return "\n".join([*done, indent + line] if line else done)


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
    for part in parts:
        if isinstance(part, Button):
            said = label_and_address(part.label, part.href, language)
            yield False, Block(Pattern.of(said))
        else:
            yield from prose_blocks(part, language)
