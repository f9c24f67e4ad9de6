"""Whether a text says the key points of its message, by their numbers, dates and words: a hint."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from communications.messages.queries.meaning import NEGATIONS
from communications.messages.queries.words import listed_words
from programmes.design.substance import (
    DATE,
    dates_written,
    numbers_beside,
    numbers_in,
    numbers_written,
)

# A text with such a placeholder says a date that each person reads for their own site.
DATE_PLACEHOLDER = re.compile(r"\{\{\s*\w*date\w*\s*\}\}")
PLACEHOLDER = re.compile(r"\{\{\s*\w+\s*\}\}")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Words that say nothing of what a text is about.
EMPTY = listed_words(
    "the and for with your you our are was were has have had will can may this that these "
    "those from into onto than then them they their its it's who what when where which "
    "about also but not there here per via been being does did one"
)
LEAST_LETTERS = 3
# So many of the words of a point are in a text that says it.
SHARE = 0.6
ENDINGS = ("ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y")
LEAST_STEM = 3


@dataclass(frozen=True)
class PointKept:
    """A key point, whether a text says it, and the numbers and dates that the text lacks."""

    point: str
    is_said: bool
    lacking: tuple[str, ...] = ()


def points_kept(
    points: Sequence[str], text: str, *, compares_words: bool = True
) -> list[PointKept]:
    """Return for each point whether a text says it.

    Args:
        points: the key points.
        text: any text that is to keep them, such as subject and body.
        compares_words: whether the text is in the language of the points; else only numbers and
            dates are looked for.
    """
    there = _Said.of(text)
    return [_kept(point, there, compares_words=compares_words) for point in points]


@dataclass(frozen=True)
class _Said:
    text: str
    dates: frozenset[tuple[int, int]]
    numbers: frozenset[str]
    stems: frozenset[str]
    has_own_date: bool
    is_negated: bool

    @classmethod
    def of(cls, text: str) -> "_Said":
        low = PLACEHOLDER.sub(" ", text).casefold()
        words = WORD.findall(low)
        return cls(
            text=low,
            dates=frozenset(day for _written, day in dates_written(low)),
            numbers=frozenset(numbers_in(low)),
            stems=frozenset(_stem(word) for word in words),
            has_own_date=DATE_PLACEHOLDER.search(text) is not None,
            is_negated=any(_is_negation(word) for word in words),
        )


def _kept(point: str, there: _Said, *, compares_words: bool) -> PointKept:
    low = PLACEHOLDER.sub(" ", point).casefold()
    days = [] if there.has_own_date else list(dates_written(low))
    lacking = [written for written, day in days if day not in there.dates]
    rest = DATE.sub(" ", low)
    numbers = there.numbers if compares_words else numbers_beside(rest, there.text)
    lacking += [written for written, plain in numbers_written(rest) if plain not in numbers]
    words = WORD.findall(rest)
    is_said = not lacking and (not compares_words or _says(words, there))
    return PointKept(point, is_said, tuple(dict.fromkeys(lacking)))


def _says(words: Sequence[str], there: _Said) -> bool:
    if any(_is_negation(word) for word in words) and not there.is_negated:
        return False
    asked = {_stem(w) for w in words if len(w) >= LEAST_LETTERS and w not in EMPTY}
    return not asked or len(asked & there.stems) >= SHARE * len(asked)


def _is_negation(word: str) -> bool:
    return word in NEGATIONS or word.endswith(("n't", "n’t"))


def _stem(word: str) -> str:
    end = next((e for e in ENDINGS if word.endswith(e) and len(word) - len(e) >= LEAST_STEM), "")
    return word.removesuffix(end)
