from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.database.clock import database_now
from programmes.timing import (
    Schedule,
    Span,
    due_at,
    instant,
    is_working_day,
    next_working_day,
    working_moment,
)
from tests.clock import NOW
from tests.examples import examples

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@dataclass(frozen=True)
class Change:
    """One change of a zone's clocks, found by looking at each hour and not by our own code."""

    zone: str
    at: datetime
    before: timedelta
    after: timedelta


def offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset()


def exact(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    old = offset(zone, low)
    while high - low > SECOND:
        middle = low + timedelta(seconds=(high - low) // SECOND // 2)
        low, high = (middle, high) if offset(zone, middle) == old else (low, middle)
    return high


@cache
def changes() -> tuple[Change, ...]:
    found = []
    start = datetime(2025, 1, 1, tzinfo=UTC)
    days = [start + n * timedelta(days=1) for n in range(6 * 365 + 2)]
    for name in sorted(available_timezones() - {"localtime"}):
        zone = ZoneInfo(name)
        offsets = [offset(zone, day) for day in days]
        for n in range(len(days) - 1):
            if offsets[n] != offsets[n + 1]:
                at = exact(zone, days[n], days[n + 1])
                found.append(Change(name, at, offsets[n], offset(zone, at)))
    return tuple(found)


def wall_at(at: datetime, shift: timedelta) -> datetime:
    return (at + shift).replace(tzinfo=None)


def expected(change: Change, wall: datetime) -> datetime:
    """Read a wall time near a change by PEP 495, without zoneinfo."""
    by_old = (wall - change.before).replace(tzinfo=UTC)
    by_new = (wall - change.after).replace(tzinfo=UTC)
    if by_old < change.at:
        return by_old
    return max(by_new, change.at)


def test_there_are_changes_of_each_kind():
    gaps = [c for c in changes() if c.after > c.before]
    overlaps = [c for c in changes() if c.after < c.before]
    half_hours = [c for c in changes() if abs(c.after - c.before) == HOUR / 2]
    assert len(gaps) > 1000
    assert len(overlaps) > 1000
    assert {c.zone for c in half_hours} == {"Australia/Lord_Howe", "Australia/LHI"}


def test_every_change_of_every_zone_is_met_at_its_edges():
    for change in changes():
        low, high = sorted((wall_at(change.at, change.before), wall_at(change.at, change.after)))
        middle = low + (high - low) / 2
        for wall in (low - SECOND, low, middle, high - SECOND, high, high + SECOND):
            found = instant(wall.date(), wall.time(), change.zone)
            assert found == expected(change, wall), (change, wall)


@settings(max_examples=examples(400))
@given(st.data())
def test_a_time_near_any_change_is_never_skipped_and_comes_once(data):
    change = data.draw(st.sampled_from(changes()))
    seconds = data.draw(st.integers(-3 * 3600, 3 * 3600))
    wall = wall_at(change.at, change.before) + seconds * SECOND
    found = instant(wall.date(), wall.time(), change.zone)
    assert found == expected(change, wall)
    shown = found.astimezone(ZoneInfo(change.zone)).replace(tzinfo=None)
    is_in_gap = (
        change.after > change.before
        and timedelta(0) <= seconds * SECOND < change.after - change.before
    )
    assert shown > wall if is_in_gap else shown == wall
    earlier = (found - SECOND).astimezone(ZoneInfo(change.zone)).replace(tzinfo=None)
    assert earlier < wall


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        ("Europe/Paris", "2026-03-29T02:30", "2026-03-29T01:00"),
        ("Europe/Paris", "2026-10-25T02:30", "2026-10-25T00:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"),
        ("America/Santiago", "2026-09-06T00:30", "2026-09-06T04:00"),
        ("America/Santiago", "2026-04-04T23:30", "2026-04-05T02:30"),
        ("Asia/Beirut", "2026-03-29T00:30", "2026-03-28T22:00"),
        ("Africa/Casablanca", "2026-03-22T02:30", "2026-03-22T02:00"),
        ("Africa/Casablanca", "2026-02-15T02:30", "2026-02-15T01:30"),
        ("Asia/Kolkata", "2026-11-24T09:00", "2026-11-24T03:30"),
        ("Asia/Kathmandu", "2026-11-24T09:00", "2026-11-24T03:15"),
    ],
)
def test_known_days(zone, wall, utc):
    local = datetime.fromisoformat(wall)
    assert instant(local.date(), local.time(), zone) == datetime.fromisoformat(utc + "+00:00")


@dataclass(frozen=True)
class Site:
    time_zone: str = "Europe/Paris"
    weekend_days: str = "67"
    country: str = "FR"
    subdivision: str = ""


PARIS = Site()
RIYADH = Site("Asia/Riyadh", "56", "SA")
GO_LIVE_ON = date(2027, 1, 18)  # a Monday


def local(due, site=PARIS):
    return due.at.astimezone(ZoneInfo(site.time_zone)).strftime("%a %d %b %H:%M")


def latest(due, site=PARIS):
    return due.latest.astimezone(ZoneInfo(site.time_zone)).strftime("%a %d %b %H:%M")


def test_weekend_days_and_holidays_are_the_sites_own():
    friday, sunday = date(2027, 1, 15), date(2027, 1, 17)
    assert is_working_day(friday, Site(weekend_days="67", country="FR"))
    assert not is_working_day(friday, Site(weekend_days="56", country="SA"))
    assert not is_working_day(sunday, Site(weekend_days="67", country="FR"))
    assert is_working_day(sunday, Site(weekend_days="56", country="SA"))
    assert not is_working_day(date(2026, 7, 14), Site(weekend_days="67", country="FR"))
    assert is_working_day(date(2026, 7, 14), Site(weekend_days="67", country="DE"))
    assert is_working_day(date(2026, 12, 25), Site(weekend_days="67", country="XX"))


def test_next_working_day_passes_weekends_and_holidays():
    # Friday 25 December 2026, the weekend, and in England a day in lieu on Monday.
    assert next_working_day(date(2026, 12, 24), Site(weekend_days="67", country="FR")) == date(
        2026, 12, 28
    )
    assert next_working_day(date(2026, 12, 24), Site(weekend_days="67", country="GB")) == date(
        2026, 12, 29
    )
    assert next_working_day(date(2026, 12, 24), Site(weekend_days="1234567", country="FR")) == date(
        2026, 12, 25
    )


def test_a_working_hour_of_a_working_day_is_kept():
    due = due_at(Schedule(offset_days=1, local_time=time(9, 30)), GO_LIVE_ON, PARIS)
    assert (local(due), due.moved) == ("Tue 19 Jan 09:30", "")
    assert latest(due) == "Thu 21 Jan 00:00"


@pytest.mark.parametrize(
    ("days", "at", "moved_to", "reason"),
    [
        (-1, time(10), "Mon 18 Jan 10:00", "weekend"),
        (-2, time(22), "Mon 18 Jan 08:00", "weekend"),
        (-17, time(10), "Mon 04 Jan 10:00", "holiday"),
        (0, time(6, 59), "Mon 18 Jan 08:00", "outside_hours"),
        (0, time(8), "Mon 18 Jan 08:00", ""),
        (0, time(17, 59), "Mon 18 Jan 17:59", ""),
        (0, time(18), "Tue 19 Jan 08:00", "outside_hours"),
        (4, time(20), "Mon 25 Jan 08:00", "outside_hours"),
    ],
)
def test_what_is_not_urgent_waits_for_working_hours(days, at, moved_to, reason):
    due = due_at(Schedule(offset_days=days, local_time=at), GO_LIVE_ON, PARIS)
    assert (local(due), due.moved) == (moved_to, reason)


def test_what_is_urgent_goes_as_planned():
    due = due_at(Schedule(offset_days=-1, local_time=time(3), is_urgent=True), GO_LIVE_ON, PARIS)
    assert (local(due), due.moved) == ("Sun 17 Jan 03:00", "")
    assert latest(due) == "Tue 19 Jan 00:00"


def test_a_friday_and_saturday_weekend_starts_on_sunday():
    due = due_at(Schedule(fixed_on=date(2027, 1, 15)), GO_LIVE_ON, RIYADH)
    assert (local(due, RIYADH), due.moved) == ("Sun 17 Jan 09:00", "weekend")


def test_without_a_latest_hour_it_may_go_until_the_end_of_the_next_working_day():
    friday = due_at(Schedule(offset_days=4), GO_LIVE_ON, PARIS)
    assert latest(friday) == "Tue 26 Jan 00:00"


def test_latest_hours_count_from_the_planned_moment():
    kept = due_at(Schedule(offset_days=0, latest_hours=6), GO_LIVE_ON, PARIS)
    assert kept.latest == kept.at + timedelta(hours=6)
    moved = due_at(Schedule(offset_days=-1, latest_hours=6), GO_LIVE_ON, PARIS)
    assert latest(moved) == "Sun 17 Jan 15:00"
    assert moved.at > moved.latest


YEAR_END = (Span(date(2026, 12, 21), date(2027, 1, 3)),)


def test_a_blackout_gives_way_to_the_next_working_day_at_the_same_hour():
    schedule = Schedule(fixed_on=date(2026, 12, 24), local_time=time(10))
    due = due_at(schedule, GO_LIVE_ON, PARIS, YEAR_END)
    assert (local(due), due.moved) == ("Mon 04 Jan 10:00", "blackout")
    assert latest(due) == "Wed 06 Jan 00:00"


def test_a_weekend_before_a_blackout_waits_for_its_end_too():
    schedule = Schedule(fixed_on=date(2026, 12, 19), local_time=time(20))
    due = due_at(schedule, GO_LIVE_ON, PARIS, YEAR_END)
    assert (local(due), due.moved) == ("Mon 04 Jan 08:00", "blackout")


def test_the_latest_moment_without_hours_lies_after_a_blackout():
    due = due_at(Schedule(fixed_on=date(2026, 12, 18)), GO_LIVE_ON, PARIS, YEAR_END)
    assert (local(due), latest(due)) == ("Fri 18 Dec 09:00", "Tue 05 Jan 00:00")


def test_what_is_urgent_knows_no_blackout():
    schedule = Schedule(fixed_on=date(2026, 12, 24), local_time=time(3), is_urgent=True)
    due = due_at(schedule, GO_LIVE_ON, PARIS, YEAR_END)
    assert (local(due), due.moved, latest(due)) == ("Thu 24 Dec 03:00", "", "Tue 29 Dec 00:00")


def test_a_long_blackout_ends():
    half_a_year = (Span(date(2027, 1, 1), date(2027, 6, 30)),)
    assert next_working_day(date(2026, 12, 31), PARIS, half_a_year) == date(2027, 7, 1)


@pytest.mark.parametrize(
    ("country", "part", "day"),
    [("DE", "BY", "2027-01-06"), ("ES", "CT", "2026-06-24"), ("GB", "SCT", "2026-01-02")],
)
def test_parts_of_a_country_have_holidays_of_their_own(country, part, day):
    day = date.fromisoformat(day)
    assert not is_working_day(day, Site(country=country, subdivision=part))
    assert is_working_day(day, Site(country=country))
    assert is_working_day(day, Site(country=country, subdivision="no such part"))


def test_what_is_due_on_the_day_of_any_change_goes_out_once_in_working_hours():
    for change in changes():
        place = Site(time_zone=change.zone, country="XX")
        day = wall_at(change.at, change.before).date()
        for hour in (time(0), time(0, 30), time(2, 30), time(8), time(12), time(23, 59)):
            urgent = due_at(Schedule(fixed_on=day, local_time=hour, is_urgent=True), day, place)
            usual = due_at(Schedule(fixed_on=day, local_time=hour), day, place)
            assert urgent.at == instant(day, hour, change.zone)
            shown = usual.at.astimezone(ZoneInfo(change.zone))
            assert time(8) <= shown.time() < time(18), (change, hour)
            assert shown.isoweekday() < 6
            assert urgent.at <= usual.at <= usual.latest
            assert working_moment(usual.at, place) == (usual.at, "")


@settings(max_examples=examples(300))
@given(st.data())
def test_from_any_moment_on_the_next_working_one_is_the_first(data):
    change = data.draw(st.sampled_from(changes()))
    place = Site(time_zone=change.zone, country="FR")
    first_on = change.at.date()
    blackout = Span(first_on, first_on + timedelta(days=data.draw(st.integers(0, 9))))
    blackouts = data.draw(st.sampled_from([(), (blackout,)]))
    at = change.at + timedelta(minutes=data.draw(st.integers(-6000, 6000)))
    found, reason = working_moment(at, place, blackouts)
    assert (found == at) == (reason == "")
    assert working_moment(found, place, blackouts) == (found, "")
    if found > at:
        assert working_moment(found - SECOND, place, blackouts)[0] == found


def test_nothing_is_due_without_a_day():
    assert due_at(Schedule(), GO_LIVE_ON, PARIS) is None


@given(
    st.builds(
        Schedule,
        offset_days=st.none() | st.integers(-730, 730),
        fixed_on=st.none() | st.dates(),
        local_time=st.times(),
        latest_hours=st.none() | st.integers(1, 1440),
        is_urgent=st.booleans(),
    )
)
def test_a_frozen_schedule_comes_back_the_same(schedule):
    assert Schedule.from_json(schedule.to_json()) == schedule
    assert Schedule.of(schedule) == schedule


@pytest.mark.django_db
def test_the_databases_clock_is_in_utc_and_goes():
    first, second = database_now(), database_now()
    assert first.utcoffset() == timedelta(0)
    assert first <= second
    assert abs(first - NOW) < timedelta(seconds=5)
