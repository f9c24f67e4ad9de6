"""Time: what a schedule holds, and the one way from (site, date, hour) to an instant.

Days and hours are the site's own; instants are aware datetimes in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)
# No calendar has a longer run of days off; without a bound seven weekend days would never end.
LONGEST_REST_DAYS = 60

WEEKEND = "weekend"
HOLIDAY = "holiday"
OUTSIDE_HOURS = "outside_hours"


class Scheduled(models.Model):
    """When something goes out at a site: a day from the go-live, or a fixed one, and a local hour.

    ``offset_days`` counts from the site's go-live (negative is before) and is empty where
    ``fixed_on`` names the day. ``latest_hours`` after the due moment nothing is sent any more;
    without it, until the end of the site's next working day. Urgent things ignore weekends,
    holidays and working hours.
    """

    offset_days = models.SmallIntegerField(
        _("days from go-live"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-730), MaxValueValidator(730)],
    )
    fixed_on = models.DateField(_("fixed date"), null=True, blank=True)
    local_time = models.TimeField(_("local time"), default=time(9))
    latest_hours = models.PositiveSmallIntegerField(
        _("latest send time, hours after"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
    )
    is_urgent = models.BooleanField(_("urgent"), default=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offset_days__isnull=True) ^ models.Q(fixed_on__isnull=True),
                name="%(class)s_one_day",
                violation_error_message=_("Give either days from go-live or a fixed date."),
            )
        ]


class HasSchedule(Protocol):
    """What has the fields of ``Scheduled``: the model itself, or a frozen ``Schedule``."""

    @property
    def offset_days(self) -> int | None:
        """Days from the go-live, or None."""

    @property
    def fixed_on(self) -> date | None:
        """The fixed day, or None."""

    @property
    def local_time(self) -> time:
        """The hour at the place."""

    @property
    def latest_hours(self) -> int | None:
        """Hours after which nothing is sent, or None."""

    @property
    def is_urgent(self) -> bool:
        """Whether it ignores rest and working hours."""


class Place(Protocol):
    """What has its own hours: a site, or the values of one."""

    @property
    def time_zone(self) -> str:
        """IANA name."""

    @property
    def weekend_days(self) -> str:
        """ISO weekday digits."""

    @property
    def country(self) -> str:
        """ISO 3166-1 code of two letters."""


@dataclass(frozen=True)
class Schedule:
    """The fields of ``Scheduled`` as plain values, which an approval freezes as JSON."""

    offset_days: int | None = None
    fixed_on: date | None = None
    local_time: time = time(9)
    latest_hours: int | None = None
    is_urgent: bool = False

    @classmethod
    def of(cls, scheduled: HasSchedule) -> "Schedule":
        """Return the values that a scheduled thing has now."""
        return cls(**{name: getattr(scheduled, name) for name in cls.__dataclass_fields__})

    @classmethod
    def from_json(cls, frozen: Mapping[str, Any]) -> "Schedule":
        """Return what ``to_json`` froze.

        Raises:
            KeyError: a field is not there.
            ValueError: a date or time is not in ISO format.

        """
        values = {name: frozen[name] for name in cls.__dataclass_fields__}
        values["local_time"] = time.fromisoformat(values["local_time"])
        if values["fixed_on"]:
            values["fixed_on"] = date.fromisoformat(values["fixed_on"])
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return the values as JSON types; equal schedules give equal dicts."""
        return {
            "offset_days": self.offset_days,
            "fixed_on": self.fixed_on.isoformat() if self.fixed_on else None,
            "local_time": self.local_time.isoformat(),
            "latest_hours": self.latest_hours,
            "is_urgent": self.is_urgent,
        }


@dataclass(frozen=True)
class Due:
    """When something is due at one place.

    Attributes:
        at: the instant (UTC) from which it may go out.
        latest: the instant (UTC) after which it is cancelled. It lies before ``at`` where
            ``latest_hours`` ends before the working hours to which it was moved: then it is
            cancelled without ever being due.
        moved: why it is not at the planned moment: ``weekend``, ``holiday``,
            ``outside_hours``, or empty where it is.

    """

    at: datetime
    latest: datetime
    moved: str


@lru_cache(maxsize=8192)
def instant(day: date, local_time: time, zone: str) -> datetime:
    """Return the instant (UTC) at which clocks in a zone show this day and time.

    Where daylight saving skips the time, the first instant after the gap; where it comes
    twice, the first of them (PEP 495).
    """
    place = ZoneInfo(zone)
    wall = datetime.combine(day, local_time)
    first = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
    if _wall(first, place) == wall:
        return first
    return _end_of_gap(wall, place, first)


def _wall(at: datetime, place: ZoneInfo) -> datetime:
    return at.astimezone(place).replace(tzinfo=None)


def _end_of_gap(wall: datetime, place: ZoneInfo, after: datetime) -> datetime:
    """Return the first second at which clocks have passed ``wall``, at or before ``after``.

    In a gap fold=1 reads the wall time with the later offset, which gives an instant before the
    change, and fold=0 one after it: the change lies between, at a whole second, and is found by
    bisection.
    """
    before = wall.replace(tzinfo=place, fold=1, microsecond=0).astimezone(UTC)
    after = after.replace(microsecond=0)
    while after - before > ONE_SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _wall(middle, place) < wall:
            before = middle
        else:
            after = middle
    return after


@lru_cache(maxsize=1024)
def public_holidays(country: str, year: int) -> Mapping[date, str]:
    """Return the national holidays of a year by their English names; none of no country."""
    try:
        return dict(holidays.country_holidays(country, years=year, language="en_US"))
    except NotImplementedError:
        return {}


def rest_on(day: date, weekend_days: str, country: str) -> str:
    """Return why nobody works on a day: ``weekend``, ``holiday``, or empty on a working day."""
    if str(day.isoweekday()) in weekend_days:
        return WEEKEND
    return HOLIDAY if day in public_holidays(country, day.year) else ""


def is_working_day(day: date, weekend_days: str, country: str) -> bool:
    """Tell whether people work on a day.

    Args:
        day: the day.
        weekend_days: ISO weekday digits, such as ``67`` for Saturday and Sunday.
        country: ISO 3166-1 code of two letters, for the public holidays.

    """
    return not rest_on(day, weekend_days, country)


def next_working_day(day: date, weekend_days: str, country: str) -> date:
    """Return the first working day after a day."""
    coming = (day + n * ONE_DAY for n in range(1, LONGEST_REST_DAYS))
    return next((d for d in coming if is_working_day(d, weekend_days, country)), day + ONE_DAY)


def due_at(schedule: HasSchedule, go_live_on: date, place: Place) -> Due | None:
    """Return when something is due at a place that goes live on a day; None without a day.

    What is not urgent keeps to the working days and hours of the place
    (``settings.WORKING_HOURS``): see ``_within_working_hours``. ``latest_hours`` count from the
    planned moment, not from the one it was moved to.
    """
    day = _planned_day(schedule, go_live_on)
    if day is None:
        return None
    planned = instant(day, schedule.local_time, place.time_zone)
    at, moved = planned, ""
    if not schedule.is_urgent:
        moved_day, moved_time, moved = _within_working_hours(day, schedule.local_time, place)
        at = instant(moved_day, moved_time, place.time_zone)
    return Due(at=at, latest=_latest(schedule.latest_hours, planned, at, place), moved=moved)


def _planned_day(schedule: HasSchedule, go_live_on: date) -> date | None:
    if schedule.fixed_on is not None:
        return schedule.fixed_on
    if schedule.offset_days is None:
        return None
    return go_live_on + schedule.offset_days * ONE_DAY


def _within_working_hours(day: date, local_time: time, place: Place) -> tuple[date, time, str]:
    """Return the first working moment from a planned one on, and why it differs.

    A day of rest gives way to the next working day, at the same hour. Before the working hours
    waits for their start; an hour after them can be kept on no day, so it becomes the start of
    the next working day (of the one just found, if the planned day was one of rest).
    """
    opens, closes = (time(hour) for hour in settings.WORKING_HOURS)
    moved = rest_on(day, place.weekend_days, place.country)
    if moved or local_time >= closes:
        day = next_working_day(day, place.weekend_days, place.country)
    if opens <= local_time < closes:
        return day, local_time, moved
    return day, opens, moved or OUTSIDE_HOURS


def _latest(latest_hours: int | None, planned: datetime, at: datetime, place: Place) -> datetime:
    if latest_hours is not None:
        return planned + timedelta(hours=latest_hours)
    today = at.astimezone(ZoneInfo(place.time_zone)).date()
    last = next_working_day(today, place.weekend_days, place.country)
    return instant(last + ONE_DAY, time(0), place.time_zone)
