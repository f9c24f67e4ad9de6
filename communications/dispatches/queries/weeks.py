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
    """Return the weeks that an address names; by default from two weeks before today on."""
    chosen = int(count) if count.isdecimal() and len(count) < 3 else USUAL
    usual = monday_of(today) - BEFORE * ONE_WEEK
    return Weeks(_monday(first) or usual, chosen if chosen in ZOOMS else USUAL)


def _monday(name: str) -> date | None:
    if not (found := WEEK.fullmatch(name)):
        return None
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None
    return monday if 1900 < monday.year < 3000 else None
