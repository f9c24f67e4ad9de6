"""Events among what the plan holds and what comes next: each with who has a seat."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from communications.dispatches.queries.weeks import Weeks
from events.models import Event
from events.queries.event import EventLine, event_lines
from onelift.dashboards.plan.queries.activities import Activity, waves_of
from onelift.dashboards.plan.queries.moments import WEEKS_AHEAD, Moment
from programmes.models import WaveSite
from programmes.scope import Scope

KIND = "event"


def lines_in(scope: Scope, first: object, last: object) -> list[EventLine]:
    """Return the events in view from one day to another, in three queries; none without access.

    Where only some regions are in view, they are those at their sites, also for who sees all.
    """
    if not scope.may("event.read"):
        return []
    events = Event.objects.within(scope).filter(held_on__gte=first, held_on__lte=last)
    if scope.regions is not None:
        events = events.filter(site__region__in=scope.regions)
    return event_lines(list(events.select_related("site__region")))


def meetings_in(
    scope: Scope, weeks: Weeks, places: Sequence[WaveSite], now: datetime
) -> Iterable[Activity]:
    """Yield the events of some weeks at some sites."""
    by_site = {place.site_id: place for place in places}
    for line in lines_in(scope, weeks.first, weeks.last):
        event = line.event
        place = by_site.get(event.site_id)
        if place is None:
            continue
        yield Activity(
            on=event.held_on,
            kind=KIND,
            title=str(event),
            state=line.state,
            people=line.going,
            pk=event.slug,
            query="state=going",
            reason="",
            level="",
            waves=waves_of([place]),
            regions=(event.site.region,),
            is_past=event.ends_at < now,
        )


def next_meetings(moments: Iterable[Moment], scope: Scope, now: datetime) -> list[Moment]:
    """Return moments with the events of the next four weeks among them."""
    today = now.date()
    found = [
        Moment(
            on=line.event.held_on,
            kind=KIND,
            title=str(line.event),
            state=line.state,
            people=line.going,
            pk=line.event.slug,
            query="state=going",
        )
        for line in lines_in(scope, today, today + WEEKS_AHEAD)
    ]
    return sorted([*moments, *found], key=lambda one: (one.on, one.kind, one.title))
