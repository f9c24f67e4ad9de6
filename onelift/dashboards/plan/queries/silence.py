"""Where regions hear nothing for too long, around the day on which they go live."""

from collections.abc import Container, Iterable
from datetime import date, timedelta

from communications.dispatches.queries.weeks import ONE_WEEK, Weeks, monday_of
from onelift.dashboards.plan.queries.regional_rest import Rest
from programmes.models import WaveSite

# How many weeks before and after a go-live people should hear of it; how many in a row may be
# silent even then.
BEFORE, AFTER, STILL_FINE = 4, 4, 2


def silences_of(
    places: Iterable[WaveSite], heard: Container[date], weeks: Weeks, today: date
) -> list[Rest]:
    """Return the runs of weeks to come near a go-live without any contact, as days.

    ``heard``: the Mondays of the weeks in which somebody there is contacted.
    """
    near = {week for place in places for week in _around(place.live_on)}
    this_week = monday_of(today)
    quiet = [week for week in weeks if week > this_week and week in near and week not in heard]
    return [Rest(run[0], run[-1] + timedelta(days=6), ()) for run in _runs(quiet)]


def _around(day: date) -> Iterable[date]:
    return (monday_of(day) + n * ONE_WEEK for n in range(-BEFORE, AFTER + 1))


def _runs(quiet: Iterable[date]) -> list[list[date]]:
    """Return the weeks that follow each other, where there are more than may be silent."""
    runs: list[list[date]] = []
    for week in quiet:
        if runs and runs[-1][-1] + ONE_WEEK == week:
            runs[-1].append(week)
        else:
            runs.append([week])
    return [run for run in runs if len(run) > STILL_FINE]
