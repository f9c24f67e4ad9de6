"""The home of one region: when it goes live, what comes next, whom it reaches, how it is seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from communications.dispatches.queries.ledger import Interruption, interruption
from communications.dispatches.queries.plans import open_deliveries, places_of
from communications.dispatches.queries.reach import Reach
from communications.dispatches.queries.slots import planned_at
from communications.groups.queries.post import ByHand, by_hand
from communications.kits.queries.kit_board import KitBoard, kit_board
from communications.kits.queries.kit_choice import place_next
from feedback.queries.results import Satisfaction, satisfactions
from onelift.dashboards.overview.queries.overview import REACH_DAYS, Asked, asked_of
from onelift.dashboards.overview.queries.wave_lines import judged_planned, stops_of, wave_lines
from onelift.dashboards.plan.queries.crowd import reach_by_site
from onelift.dashboards.plan.queries.meetings import next_meetings
from onelift.dashboards.plan.queries.moments import (
    Moment,
    NamedSlot,
    named_plans,
    next_moments,
)
from programmes.design.charts.routemap import Stop
from programmes.models import Programme, Region, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import Crowd, crowd_of


@dataclass(frozen=True)
class SiteLine:
    """A site of the region in its wave; ``state`` is planned, live or run."""

    place: WaveSite
    live_on: date
    people: int
    reach: Reach
    state: str
    satisfaction: Satisfaction | None


@dataclass(frozen=True)
class Way:
    """The dates of a wave within a region, and its status (a key of ``marks.STATUSES``).

    Of a wave that is not live yet the reason is told, otherwise it is empty.
    """

    wave: str
    stops: list[Stop]
    status: str
    reason: str


@dataclass(frozen=True)
class RegionBoard:
    """What the page shows."""

    region: Region
    today: date
    sites: list[SiteLine]
    people: int
    moments: list[Moment]
    asked: Asked
    interruption: Interruption | None
    way: Way | None
    by_hand: ByHand
    kit: KitBoard | None

    @property
    def reached(self) -> int:
        """Return how many people of the region were reached in the last thirty days."""
        return sum(line.reach.reached for line in self.sites)

    @property
    def possible(self) -> int:
        """Return how many more may have been reached in a group, which nobody can measure."""
        return sum(line.reach.possible for line in self.sites)

    @property
    def next_live_on(self) -> date | None:
        return min((s.live_on for s in self.sites if s.live_on > self.today), default=None)

    @property
    def days_left(self) -> int | None:
        """Return the days until the next go-live."""
        return (self.next_live_on - self.today).days if self.next_live_on else None

    @property
    def next_sites(self) -> list[SiteLine]:
        """Return the sites that go live then."""
        return [site for site in self.sites if site.live_on == self.next_live_on]

    @property
    def live_since(self) -> date | None:
        """Return the first go-live of the region, if it has been."""
        return min((s.live_on for s in self.sites if s.live_on <= self.today), default=None)


def region_board(programme: Programme, region: Region, scope: Scope, now: datetime) -> RegionBoard:
    """Return the home of a region, for a scope that holds nothing else; constant queries."""
    places, plans = places_of(scope), named_plans(programme, scope)
    crowd = crowd_of({place.site_id for place in places}, scope, [plan.rule for plan in plans])
    planned = planned_at(plans, places)
    reach = reach_by_site(crowd, programme, scope, now - timedelta(days=REACH_DAYS))
    satisfied, total = satisfactions("site", programme, scope)
    underway = open_deliveries(scope)
    lines = [_line(place, crowd, reach, satisfied, now.date()) for place in places]
    return RegionBoard(
        region=region,
        today=now.date(),
        sites=sorted(lines, key=lambda line: (line.live_on, line.place.site.name)),
        people=crowd.people,
        moments=next_meetings(next_moments(planned, places, crowd, underway, now), scope, now),
        asked=asked_of(scope, total),
        interruption=interruption(scope),
        by_hand=by_hand(scope, now),
        way=way_of(places, planned, crowd, now.date()),
        kit=kit_of(programme, region, places, scope, now.date()),
    )


def kit_of(
    programme: Programme, region: Region, places: Sequence[WaveSite], scope: Scope, today: date
) -> KitBoard | None:
    """Return the kit of the wave that comes next, or came last; None where none is in view."""
    held = sorted((p for p in places if p.wave.handed_over_on is None), key=lambda p: p.live_on)
    following = place_next(held, today)
    if following is None or not scope.may("kit.read"):
        return None
    own = [place for place in held if place.wave_id == following.wave_id]
    return kit_board(programme, following.wave, region, own, scope)


def way_of(
    places: Sequence[WaveSite], planned: Sequence[NamedSlot], crowd: Crowd, today: date
) -> Way | None:
    """Return the way of the wave that comes next, or came last, within a region."""
    waves = {place.wave_id: place.wave for place in places}
    lines = wave_lines(waves.values(), places, planned, crowd, {}, {})
    if coming := [line for line in lines if line.live_on > today]:
        line = min(coming, key=lambda one: one.live_on)
        return Way(line.wave.name, stops_of(line), *judged_planned(line, today))
    if lines:
        line = max(lines, key=lambda one: one.live_on)
        return Way(line.wave.name, stops_of(line), line.state_on(today), "")
    return None


def _line(
    place: WaveSite,
    crowd: Crowd,
    reach: Mapping[int, Reach],
    satisfied: Mapping[int, Satisfaction],
    today: date,
) -> SiteLine:
    live_on: date = place.live_on
    state = place.wave.state_on(today)
    if state != "run":
        state = "live" if live_on <= today else "planned"
    return SiteLine(
        place=place,
        live_on=live_on,
        people=crowd.by_site[place.site_id],
        reach=reach.get(place.site_id, Reach()),
        state=state,
        satisfaction=satisfied.get(place.site_id),
    )
