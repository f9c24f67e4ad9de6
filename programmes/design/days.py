"""Reads a day as people write it, in the language of the page or in English."""

import re
from calendar import isleap
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from babel.dates import get_day_names, get_month_names
from django.utils.translation import gettext

from programmes.design.formats import locale_of

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")
NUMBER = re.compile(r"\d+")
WORD = re.compile(r"[^\W\d_]+")
# Day and month in numbers, such as 25.1. or 25/1.
YEARLESS = re.compile(r"\d{1,2}\s?[./]\s?\d{1,2}\s?\.?$")
# Month and day as they are written from Beijing to Seoul.
MONTH_FIRST = re.compile(r"(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]\D*$")
# They stand between a day and its month, or before it, in several languages.
PARTICLES = {"de", "of", "the"}
LEAP_DAY = (2, 29)
# So many years hold a leap year, also around 2100.
LEAP_YEARS = 9
# From so many letters on the last one may be that of a case, as in “пятницу”.
INFLECTED = 5


def read_day(text: str, today: date) -> date:
    """Return the day that a text names; raises ValueError or OverflowError if it names none.

    A day without a year is the next one from ``today`` on, and a weekday the next one after it.
    """
    if ISO_DAY.match(text):
        return date.fromisoformat(text)
    if found := MONTH_FIRST.match(text):
        return _next_of_year(int(found[1]), int(found[2]), today)
    numbers = [int(number) for number in NUMBER.findall(text)]
    if not numbers:
        return _next_weekday(text, today)
    month = _month_in(text)
    if month:
        numbers.insert(1, month)
    if len(numbers) == 2 and (YEARLESS.match(text) or (month and _is_short(text))):
        return _next_of_year(numbers[1], numbers[0], today)
    if len(numbers) != 3:
        raise ValueError(text)
    first, month, last = numbers
    return date(first, month, last) if first > 31 else date(last, month, first)


def _words_in(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(text)}


def _is_short(text: str) -> bool:
    """Tell whether there is no more than a month and a word, such as a weekday, beside the day."""
    return len(_words_in(text) - PARTICLES) < 3


def _month_in(text: str) -> int | None:
    """Return the number of a month: what stands before the day is one where no other is.

    In Spanish “mar, 15 dic” is a Tuesday in December.
    """
    before, _day, after = re.split(r"(\d+)", text, maxsplit=1)
    return _month_among(_words_in(after)) or _month_among(_words_in(before))


def _month_among(words: set[str]) -> int | None:
    return next((number for number, name in _names(get_month_names) if name in words), None)


def _next_of_year(month: int, day: int, today: date) -> date:
    """Return the next such day from today on; a 29 February is found in a leap year."""
    years = range(today.year, today.year + LEAP_YEARS)
    days = (date(year, month, day) for year in years if (month, day) != LEAP_DAY or isleap(year))
    return next(found for found in days if found >= today)


def _next_weekday(text: str, today: date) -> date:
    """Return the next day of the week that a text names, such as “next Monday”."""
    named = _stems(_without_beside(text.casefold()))
    days = (number for number, name in _names(get_day_names) if _stems(_words_in(name)) == named)
    weekday = next(days, None)
    if weekday is None:
        raise ValueError(text)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _without_beside(text: str) -> set[str]:
    """Return the words without those that may stand beside a weekday, such as in “next Monday”.

    Where a script has no capitals they may be written together, as in “次の月曜日”.
    """
    beside = WORD.findall(gettext("next, this").casefold())
    for word in sorted((word for word in beside if word.upper() == word), key=len, reverse=True):
        text = text.replace(word, " ")
    return _words_in(text) - set(beside) - {"next", "this"}


def _stems(words: set[str]) -> set[str]:
    return {word[:-1] if len(word) >= INFLECTED else word for word in words}


def _names(names_in: Callable[..., Mapping[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the months or weekdays with their names, in the page's language and in English."""
    for locale in (locale_of(), "en"):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in names_in(width, context, locale).items():
                    yield int(number), name.rstrip(".").casefold()
