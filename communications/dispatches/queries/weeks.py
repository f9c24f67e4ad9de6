"""A run of whole weeks, as an address names it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_WEEK = timedelta(weeks=1)
WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
# How many weeks may be looked at; one is where a single week is asked for.
ZOOMS = (1, 6, 12, 18, 36)
USUAL, BEFORE = 18, 2
# Digits that are read of a number of weeks, and the years that may be looked at.
LONGEST, FIRST_YEAR, LAST_YEAR = 9, 1901, 2999


@dataclass(frozen=True)
class Weeks:
    """Whole weeks from a Monday on."""

    first: date
    count: int = USUAL

    @property
    def last(self) -> date:
        return self.first + self.count * ONE_WEEK - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return (self.first + n * ONE_WEEK for n in range(self.count))

    @property
    def earlier(self) -> str:
        """Return from which week on one looks half a view earlier."""
        return name_of(self.first - max(1, self.count // 2) * ONE_WEEK)

    @property
    def later(self) -> str:
        """Return from which week on one looks half a view later."""
        return name_of(self.first + max(1, self.count // 2) * ONE_WEEK)


def monday_of(day: date) -> date:
    """Return the first day of a day’s week."""
    return day - timedelta(days=day.weekday())


def name_of(day: date) -> str:
    """Return a day’s week as ISO 8601 names it, such as ``2026-W46``."""
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02}"


def weeks_of(first: str, count: str, today: date) -> Weeks:
    """Return the weeks that an address names, or the nearest there are.

    Without names they are the usual ones, from two weeks before today.
    """
    asked = int(count[:LONGEST]) if count.isdecimal() else USUAL
    usual = monday_of(today) - BEFORE * ONE_WEEK
    return Weeks(_monday(first) or usual, min(ZOOMS, key=lambda zoom: abs(zoom - asked)))


def _monday(name: str) -> date | None:
    if not (found := WEEK.fullmatch(name)):
        return None
    year = min(max(int(found[1]), FIRST_YEAR), LAST_YEAR)
    week = min(max(int(found[2]), 1), _weeks_in(year))
    return date.fromisocalendar(year, week, 1)


def _weeks_in(year: int) -> int:
    """Return how many weeks a year has: 28 December is always in the last (ISO 8601)."""
    return date(year, 12, 28).isocalendar().week
