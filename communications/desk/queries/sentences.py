"""A text cut into its sentences, and the sentences of two texts that say the same."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import erfc, inf, log, sqrt
from typing import NamedTuple

# Each begins where a run begins, so that a long run is read once and not from each of its signs.
LINE_BREAK = re.compile(r"((?<!\s)\s*\n\s*)")
# What begins a line in Markdown and is no word of it: of a list, a heading or a quotation.
LEAD = re.compile(r"(?:[-*+]|\d+[.)]|#{1,6}|>)\s+")
LINK_ALONE = re.compile(r"\[[^\]]*\]\([^)]*\)|\{\{\s*\w+_link\s*\}\}|https?://\S+")
END = re.compile(r"(?<![.!?…؟۔।])[.!?…؟۔।]++[\"'»”’)\]*_]*\s+|[。！？]+[」』”’）]*\s*")
# "z. B.", "18. Januar": one letter or a number before a full stop ends no sentence.
SHORT = re.compile(r"(?:^|[\s(])(?:\w|\d+)\.$")
MARKS = re.compile(r"\{\{\s*[a-z_]+\s*\}\}|https?://[^\s)]+|\d+")
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# How much shorter a text gets in Chinese, Japanese or Korean.
WIDE_SHARE = 0.45
# Gale and Church, "A program for aligning sentences in bilingual corpora" (1993): the variance of
# lengths, and what it costs (as the negative logarithm of its chance) to pair two with one, or one
# with none.
VARIANCE = 6.8
MERGED, ALONE, OTHER_MARKS, OTHER_LINE = 2.3, 4.6, 3.0, 3.0
# What has just come into a text has hardly a translation yet.
FRESH = 2.0
LEAST_CHANCE = 1e-9
# Beyond this many pairs to look at a text is one row: it takes too long while somebody types.
MOST_PAIRS = 10_000


@dataclass(frozen=True)
class Sentence:
    """One sentence; ``lead`` and ``tail`` are what stands before and after it."""

    lead: str
    text: str
    tail: str
    line: int = 0

    @property
    def is_button(self) -> bool:
        """Tell whether it is a line that is only a link."""
        return LINK_ALONE.fullmatch(self.text) is not None

    @cached_property
    def marks(self) -> list[str]:
        """Return what is the same in each language: placeholders, addresses and numbers."""
        return sorted(re.sub(r"\s", "", one) for one in MARKS.findall(self.text))


class Pair(NamedTuple):
    """The places of those sentences in either text that say the same."""

    old: range
    new: range


def sentences_of(text: str) -> list[Sentence]:
    """Return the sentences of a text; joined with their leads and tails they are that text."""
    parts = LINE_BREAK.split(text.replace("\r\n", "\n"))
    found: list[Sentence] = []
    first = ""
    for number, line in enumerate(parts[::2]):
        gap = parts[2 * number + 1] if 2 * number + 1 < len(parts) else ""
        if not line:
            first += gap
            continue
        found += _of_line(first, line, gap, number)
        first = ""
    return found


def _of_line(before: str, line: str, gap: str, number: int) -> Iterator[Sentence]:
    match = LEAD.match(line)
    lead = match[0] if match else ""
    pieces = list(_pieces(line[len(lead) :]))
    for place, (text, space) in enumerate(pieces):
        tail = space if place + 1 < len(pieces) else space + gap
        yield Sentence(before + lead if not place else "", text, tail, number)


def _pieces(line: str) -> Iterator[tuple[str, str]]:
    """Yield the sentences of a line without its lead, each with the space after it."""
    start = 0
    for match in END.finditer(line):
        text, rest = line[start : match.end()], line[match.end() :]
        if not rest or rest[0].islower() or SHORT.search(text.rstrip()):
            continue
        yield text.rstrip(), text[len(text.rstrip()) :]
        start = match.end()
    last = line[start:]
    yield last.rstrip(), last[len(last.rstrip()) :]


def joined(sentences: Sequence[Sentence]) -> str:
    """Return sentences that follow each other, without what stands before and after them."""
    if not sentences:
        return ""
    whole = "".join(one.lead + one.text + one.tail for one in sentences)
    end = len(whole) - len(sentences[-1].tail)
    return whole[len(sentences[0].lead) : end]


def aligned(
    old: Sequence[Sentence], new: Sequence[Sentence], fresh: frozenset[int] = frozenset()
) -> list[Pair]:
    """Return which sentences of two texts say the same, in order; some may be alone.

    One may be said with two. Texts of as many sentences in as many lines are paired one by one.
    ``fresh`` are the places of those in ``old`` that probably have nothing in ``new``.
    """
    is_alike = not fresh and [one.line for one in old] == [one.line for one in new]
    if is_alike or not old or not new:
        most = max(len(old), len(new))
        return [Pair(_one(k, len(old)), _one(k, len(new))) for k in range(most)]
    if len(old) * len(new) > MOST_PAIRS:
        return [Pair(range(len(old)), range(len(new)))]
    return _cheapest(old, new, fresh)


def _one(place: int, count: int) -> range:
    return range(place, place + 1) if place < count else range(count, count)


def _cheapest(
    old: Sequence[Sentence], new: Sequence[Sentence], fresh: frozenset[int]
) -> list[Pair]:
    """Return the pairs whose costs add up to the least, from the end to the start."""
    share = WIDE_SHARE if any(WIDE.search(one.text) for one in new) else 1.0
    costs = {(0, 0): (0.0, (0, 0))}
    for i in range(len(old) + 1):
        for j in range(len(new) + 1):
            ways = (
                (
                    costs[i - a, j - b][0]
                    + _cost(old[i - a : i], new[j - b : j], share)
                    + _surprise(fresh.intersection(range(i - a, i)), b),
                    (a, b),
                )
                for a, b in ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2))
                if i >= a and j >= b
            )
            costs[i, j] = min(ways, default=costs[0, 0])
    pairs, i, j = [], len(old), len(new)
    while i or j:
        a, b = costs[i, j][1]
        pairs.append(Pair(range(i - a, i), range(j - b, j)))
        i, j = i - a, j - b
    return pairs[::-1]


def _surprise(fresh: Collection[int], written: int) -> float:
    """Return what it costs more, or less, that sentences have something or nothing."""
    return len(fresh) * (FRESH if written else FRESH - ALONE)


def _cost(old: Sequence[Sentence], new: Sequence[Sentence], share: float) -> float:
    if not old or not new:
        return ALONE
    if len({one.line for one in old}) > 1 or len({one.line for one in new}) > 1:
        return inf
    before, after = (sum(len(one.text) for one in part) for part in (old, new))
    apart = abs(after - before * share) / sqrt(VARIANCE * (before * share + after) / 2 or 1)
    cost = -log(max(erfc(apart / sqrt(2)), LEAST_CHANCE))
    cost += MERGED if len(old) != len(new) else 0
    cost += OTHER_LINE if bool(old[0].lead.strip()) != bool(new[0].lead.strip()) else 0
    marks = [sorted(mark for one in part for mark in one.marks) for part in (old, new)]
    return cost + (OTHER_MARKS if marks[0] != marks[1] else 0)
