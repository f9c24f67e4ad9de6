"""When a place rests: its weekend, its public holidays, and the blackouts of a programme."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple, Protocol

import holidays
from django.db import models
from django.utils.translation import gettext_lazy as _

ONE_DAY = timedelta(days=1)
# No calendar has a longer run of days off; without a bound seven weekend days would never end.
LONGEST_REST_DAYS = 60


# Most people are away on these days of December and January, wherever they are.
CHRISTMAS, NEW_YEAR = (12, 24), (1, 1)


class Delay(models.TextChoices):
    """Why something does not go out at its planned moment."""

    WEEKEND = "weekend", _("weekend")
    HOLIDAY = "holiday", _("public holiday")
    BLACKOUT = "blackout", _("blackout")
    OUTSIDE_HOURS = "outside_hours", _("outside working hours")
    BUDGET = "budget", _("weekly email limit reached")
    TEXT = "text", _("no approved text in their language yet")


class Place(Protocol):
    """What has its own hours: a site, or the values of one."""

    @property
    def time_zone(self) -> str:
        """IANA name."""

    @property
    def weekend_days(self) -> str:
        """ISO weekday digits, such as ``67`` for Saturday and Sunday."""

    @property
    def country(self) -> str:
        """ISO 3166-1 code of two letters."""

    @property
    def subdivision(self) -> str:
        """ISO 3166-2 code without the country, for its own holidays, or empty."""


class Span(NamedTuple):
    """Days in a row, both included."""

    first_on: date
    last_on: date

    def has(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on

    @property
    def days(self) -> int:
        """Return how many days they are."""
        return (self.last_on - self.first_on).days + 1


@lru_cache(maxsize=1024)
def public_holidays(country: str, year: int, subdivision: str = "") -> Mapping[date, str]:
    """Return the public holidays of a year by their English names; none of no country.

    A subdivision that nobody knows has those of its country.
    """
    for part in (subdivision or None, None):
        try:
            found = holidays.country_holidays(country, subdiv=part, years=year, language="en_US")
            return dict(found)
        except NotImplementedError:
            continue
    return {}


@lru_cache(maxsize=512)
def subdivisions_of(country: str) -> tuple[str, ...]:
    """Return the codes of a country's parts that may have holidays of their own."""
    try:
        return tuple(holidays.country_holidays(country).subdivisions)
    except NotImplementedError:
        return ()


def holidays_of(place: Place, year: int) -> Mapping[date, str]:
    """Return the public holidays of a place in a year by their English names."""
    return public_holidays(place.country, year, place.subdivision)


def rest_on(day: date, place: Place, blackouts: Sequence[Span] = ()) -> str:
    """Return why nothing goes out on a day, a key of ``Delay``; empty on a working day."""
    if any(span.has(day) for span in blackouts):
        return Delay.BLACKOUT
    if str(day.isoweekday()) in place.weekend_days:
        return Delay.WEEKEND
    return Delay.HOLIDAY if day in holidays_of(place, day.year) else ""


def rests_on(day: date, place: Place, blackouts: Sequence[Span] = ()) -> list[str]:
    """Return all that makes a day one of rest, as keys of ``Delay``; a holiday comes first.

    In a blackout nothing else counts.
    """
    if (first := rest_on(day, place, blackouts)) == Delay.BLACKOUT or not first:
        return [first] if first else []
    is_holiday = day in holidays_of(place, day.year)
    is_weekend = str(day.isoweekday()) in place.weekend_days
    found = {Delay.HOLIDAY: is_holiday, Delay.WEEKEND: is_weekend}
    return [reason for reason, is_so in found.items() if is_so]


def is_year_end(day: date) -> bool:
    """Tell whether a day lies between Christmas Eve and New Year's Day, both included."""
    return (day.month, day.day) >= CHRISTMAS or (day.month, day.day) <= NEW_YEAR


def is_working_day(day: date, place: Place) -> bool:
    return not rest_on(day, place)


def next_working_day(day: date, place: Place, blackouts: Sequence[Span] = ()) -> date:
    """Return the first working day after a day, and after the blackouts that follow it."""
    longest = LONGEST_REST_DAYS + sum(span.days for span in blackouts)
    coming = (day + n * ONE_DAY for n in range(1, longest))
    return next((d for d in coming if not rest_on(d, place, blackouts)), day + ONE_DAY)
