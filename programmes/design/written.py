"""Finding a date where somebody wrote it into a text, in whatever form its language has.

Forms are Babel's: long and short, with the month as a word or in numbers, with and without a year;
ISO 8601 is found in every language. A form without a year that stands before another year names
another date.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel.dates import format_date, format_skeleton, get_date_format
from babel.dates import get_month_names as month_names

from programmes.design.formats import locale_of

LENGTHS = ("short", "medium", "long", "full")
SKELETONS = ("yMMMMd", "yMMMd", "MMMMd", "MMMd")
# What may stand between the parts of a numeric date.
BETWEEN = r"\s?[./\-‑–]\s?"
# What makes a day and a month the rest of a longer date.
MORE_BEFORE = re.compile(r"\d\s?[./\-]\s?$")
YEAR_AFTER = re.compile(r"[\s,.]*(?:de |del |of |m\. |год[а]? |г\. )?(\d{4})(?!\d)")
YEAR_BEFORE = re.compile(r"(?<!\d)(\d{4})[\s.,年년]*(?:m\. |gada )?$")
ENGLISH_ORDINAL = r"(?:st|nd|rd|th)?"
AROUND = 40


@dataclass(frozen=True)
class Named:
    """Where a text names a date, with some words around it."""

    before: str
    words: str
    after: str


def named_in(text: str, day: date, language: str) -> list[Named]:
    """Return where a text of a language names a day, in the order of the text."""
    plain = _plain(text)
    return [
        Named(text[max(0, a - AROUND) : a].lstrip(), text[a:b], text[b : b + AROUND].rstrip())
        for a, b in _places(plain, day, language)
    ]


def names_day(text: str, day: date, language: str) -> bool:
    """Tell whether a text of a language names a day."""
    return next(_places(_plain(text), day, language), None) is not None


def _places(plain: str, day: date, language: str) -> Iterator[tuple[int, int]]:
    for match in pattern_of(day, language).finditer(plain):
        if not _is_of_another_year(plain, *match.span(), day):
            yield match.span()


def _plain(text: str) -> str:
    """Return a text of the same length with plain spaces and Western digits."""
    return "".join(_plain_character(one) for one in text)


@lru_cache(maxsize=4096)
def _plain_character(one: str) -> str:
    if one.isspace() or one in "\u200e\u200f\u2060":
        return " "
    digit = unicodedata.digit(one, None) if one.isdecimal() else None
    return one if digit is None else str(digit)


def _is_of_another_year(plain: str, start: int, end: int, day: date) -> bool:
    if re.search(r"\d{4}", plain[start:end]):
        return False
    if MORE_BEFORE.search(plain, max(0, start - 4), start):
        return True
    after = YEAR_AFTER.match(plain, end)
    before = YEAR_BEFORE.search(plain, max(0, start - 12), start)
    years = [int(found[1]) for found in (after, before) if found]
    return bool(years) and day.year not in years


@lru_cache(maxsize=512)
def pattern_of(day: date, language: str) -> re.Pattern[str]:
    """Return what matches a day as texts of a language write it; longer forms come first."""
    forms = sorted({*_words(day, language), *_numbers(day, language)}, key=len, reverse=True)
    return re.compile(rf"(?<!\d)(?<!\d[.\-/])(?:{'|'.join(forms)})(?!\d)", re.IGNORECASE)


def _words(day: date, language: str) -> Iterator[str]:
    """Yield the forms with the month as a word, as patterns."""
    locale = locale_of(language)
    for skeleton in SKELETONS:
        yield _flexible(format_skeleton(skeleton, day, locale=locale))
    for length in LENGTHS:
        written = format_date(day, length, locale=locale)
        if not re.fullmatch(r"[\d\s./\-\u200f]+", _plain(written)):
            yield _flexible(written)
    yield from _by_month(day, language)


def _by_month(day: date, language: str) -> Iterator[str]:
    """Yield the day beside each name of its month, as people shorten and number it."""
    locale = locale_of(language)
    first = f"0?{day.day}(?:er|re|º|ª|°|\\.)?" if day.day == 1 else f"0?{day.day}\\.?"
    if locale.language == "en":
        first = f"0?{day.day}{ENGLISH_ORDINAL}"
        yield rf"{first}\s+of\s+{re.escape(month_names('wide', 'format', locale)[day.month])}"
    for width in ("wide", "abbreviated"):
        name = re.escape(_plain(month_names(width, "format", locale)[day.month].rstrip(".")))
        if not name.isdecimal():
            yield rf"{first}\s*(?:de\s|ta['’]\s)?{name}(?!\w)"
            if locale.language == "en":
                yield rf"{name}\.?\s+{first}(?!\w)"


def _flexible(written: str) -> str:
    """Return a form as a pattern: spaces may be missing or doubled."""
    parts = re.split(r"\s+", _plain(written).strip())
    return r"\s*".join(re.escape(part) for part in parts)


def _numbers(day: date, language: str) -> Iterator[str]:
    """Yield the forms in numbers alone, in the order of the language."""
    yield re.escape(day.isoformat())
    y, m, d = (rf"(?:{day.year}|{day.year % 100:02d})", f"0?{day.month}", f"0?{day.day}")
    order = _order(language)
    parts = {"ymd": (y, m, d), "mdy": (m, d, y)}.get(order, (d, m, y))
    yield BETWEEN.join(parts)
    yield _without_year(day, language)


def _without_year(day: date, language: str) -> str:
    """Return the two numbers as the language writes them, with and without a leading zero.

    Nothing may follow that makes them a part of a longer number, an hour or a version.
    """
    written = _plain(format_skeleton("Md", day, locale=locale_of(language))).strip()
    loose = re.sub(r"\d+", lambda found: f"0?{int(found[0])}", re.escape(written))
    return rf"{loose}(?!\s?[.\-/:]?\s?\d)(?!\s?%)"


@lru_cache(maxsize=64)
def _order(language: str) -> str:
    """Return in which order a language writes day, month and year: ``dmy``, ``mdy`` or ``ymd``."""
    pattern = get_date_format("short", locale=locale_of(language)).pattern
    return "".join(dict.fromkeys(c.lower() for c in pattern if c in "dMyLuY"))[:3]
