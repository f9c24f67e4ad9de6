"""The one way from a day and an hour on the clocks of a place to an instant."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

ONE_SECOND = timedelta(seconds=1)


@cache
def zone_named(name: str) -> ZoneInfo:
    """Return a time zone; Python keeps eight and reads any other from disk each time."""
    return ZoneInfo(name)


@lru_cache(maxsize=8192)
def instant(day: date, local_time: time, zone: str) -> datetime:
    """Return the instant (UTC) at which clocks in a zone show this day and time.

    Where daylight saving skips the time, the first instant after the gap; where it comes
    twice, the first of them (PEP 495).
    """
    place = zone_named(zone)
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
