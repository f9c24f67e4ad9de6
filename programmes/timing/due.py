"""When something is due at a place, and when it is too late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings

from programmes.design.years import FIRST_YEAR, LAST_YEAR
from programmes.timing.instants import instant, zone_named
from programmes.timing.rest import (
    LONGEST_REST_DAYS,
    ONE_DAY,
    Delay,
    Place,
    Span,
    next_working_day,
    rest_on,
)
from programmes.timing.schedule import HasSchedule


@dataclass(frozen=True)
class Due:
    """When something is due at one place.

    Attributes:
        at: the instant (UTC) from which it may go out.
        latest: the instant (UTC) after which it is cancelled. It lies before ``at`` where
            ``latest_hours`` ends before the working hours to which it was moved: then it is
            cancelled without ever being due.
        moved: why it is not at the planned moment, a key of ``Delay``; empty where it is.

    """

    at: datetime
    latest: datetime
    moved: str


def due_at(
    schedule: HasSchedule, go_live_on: date, place: Place, blackouts: Sequence[Span] = ()
) -> Due | None:
    """Return when something is due at a place that goes live on a day; None without a day.

    What is not urgent keeps to the working days and hours of the place
    (``settings.WORKING_HOURS``) and out of blackouts: see ``_within_working_hours``.
    ``latest_hours`` count from the planned moment, not from the one it was moved to.
    """
    day = _planned_day(schedule, go_live_on)
    if day is None:
        return None
    if schedule.is_urgent:
        blackouts = ()
    planned = instant(day, schedule.local_time, place.time_zone)
    at, moved = planned, ""
    if not schedule.is_urgent:
        to, hour, moved = _within_working_hours(day, schedule.local_time, place, blackouts)
        at = instant(to, hour, place.time_zone)
    if schedule.latest_hours is not None:
        return Due(at, planned + timedelta(hours=schedule.latest_hours), moved)
    return Due(at, end_of_next_working_day(at, place, blackouts), moved)


def _planned_day(schedule: HasSchedule, go_live_on: date) -> date | None:
    if schedule.fixed_on is not None:
        return _within_reach(schedule.fixed_on)
    if schedule.offset_days is None:
        return None
    return _within_reach(_within_reach(go_live_on) + schedule.offset_days * ONE_DAY)


def _within_reach(day: date) -> date:
    """Return a day, or the first or last that forms take, where it was written past them."""
    return min(max(day, date(FIRST_YEAR, 1, 1)), date(LAST_YEAR, 12, 31))


def _within_working_hours(
    planned: date, local_time: time, place: Place, blackouts: Sequence[Span]
) -> tuple[date, time, str]:
    """Return the first working moment from a planned one on, and why it differs.

    A day of rest gives way to the next working day, at the same hour. Before the working hours
    waits for their start; an hour after them can be kept on no day, so it becomes the start of
    the next working day (of the one just found, if the planned day was one of rest). A blackout
    on the way is the reason, whatever else is.
    """
    opens, closes = working_hours()
    day, moved = planned, rest_on(planned, place, blackouts)
    if moved or local_time >= closes:
        day = next_working_day(planned, place, blackouts)
    if meets_blackout(planned, day, blackouts):
        moved = Delay.BLACKOUT
    if opens <= local_time < closes:
        return day, local_time, moved
    return day, opens, moved or Delay.OUTSIDE_HOURS


def meets_blackout(first: date, until: date, blackouts: Sequence[Span]) -> bool:
    """Tell whether a blackout has a day from one on and before another."""
    return any(first <= span.last_on and span.first_on < until for span in blackouts)


def working_hours() -> tuple[time, time]:
    """Return the hours of a day between which what is not urgent goes out."""
    opens, closes = (time(hour) for hour in settings.WORKING_HOURS)
    return opens, closes


def day_at(at: datetime, place: Place) -> date:
    """Return the day that a place has at an instant."""
    return at.astimezone(zone_named(place.time_zone)).date()


def end_of_next_working_day(at: datetime, place: Place, blackouts: Sequence[Span]) -> datetime:
    """Return the end (UTC) of the working day that follows the day of an instant."""
    last = next_working_day(day_at(at, place), place, blackouts)
    return instant(last + ONE_DAY, time(0), place.time_zone)


def first_working_moment(after: date, place: Place, blackouts: Sequence[Span]) -> datetime:
    """Return when (UTC) the first working day after a day begins."""
    day = next_working_day(after, place, blackouts)
    return instant(day, working_hours()[0], place.time_zone)


def working_moment(
    at: datetime, place: Place, blackouts: Sequence[Span] = ()
) -> tuple[datetime, str]:
    """Return the first working moment from an instant on, and why it differs, if it does."""
    local = at.astimezone(zone_named(place.time_zone))
    opens, closes = working_hours()
    reason = rest_on(local.date(), place, blackouts)
    if not reason and opens <= local.time() < closes:
        return at, ""
    if not reason and local.time() < opens:
        return instant(local.date(), opens, place.time_zone), Delay.OUTSIDE_HOURS
    moment = first_working_moment(local.date(), place, blackouts)
    if meets_blackout(local.date(), day_at(moment, place), blackouts):
        return moment, Delay.BLACKOUT
    return moment, reason or Delay.OUTSIDE_HOURS


def last_working_moment(at: datetime, place: Place, blackouts: Sequence[Span] = ()) -> datetime:
    """Return the instant (UTC) at which the working hours end that hold or precede an instant.

    Within working hours it is the instant itself. None of the last weeks: the instant as well.
    """
    local = at.astimezone(zone_named(place.time_zone))
    opens, closes = working_hours()
    first = 0 if local.time() >= opens else 1
    days = (local.date() - n * ONE_DAY for n in range(first, LONGEST_REST_DAYS))
    day = next((one for one in days if not rest_on(one, place, blackouts)), None)
    return min(at, instant(day, closes, place.time_zone)) if day else at
