"""The home of one region: when it goes live, what comes next, who is informed, how it is seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import ngettext

from communications.desk.queries.recipients import recipients_of
from communications.dispatches.queries.ledger import Interruption, interruption
from communications.dispatches.queries.plans import open_deliveries, places_of
from communications.dispatches.queries.slots import planned_at
from communications.groups.queries.post import ByHand, by_hand
from communications.kits.queries.kit_board import KitBoard
from communications.kits.queries.kit_next import kit_next
from feedback.needs.queries.need import NeedCounts, need_counts
from feedback.queries.response import responses_by, surveys_of
from feedback.queries.results import Satisfaction, satisfactions
from onelift.dashboards.attention.queries.concern import Concern
from onelift.dashboards.attention.queries.known import Known, WaveAhead
from onelift.dashboards.attention.queries.registry import concerns_of
from onelift.dashboards.coverage.queries.coverage import (
    Asked,
    as_of,
    informed_by_site,
    lacking_by_wave,
)
from onelift.dashboards.coverage.queries.shares import Share
from onelift.dashboards.overview.queries.overview import Asked as AskedPeople
from onelift.dashboards.overview.queries.overview import asked_of
from onelift.dashboards.overview.queries.rows import answers_url
from onelift.dashboards.overview.queries.wave_lines import stops_of, wave_lines
from onelift.dashboards.plan.queries.meetings import next_meetings
from onelift.dashboards.plan.queries.moments import (
    Moment,
    NamedSlot,
    named_plans,
    next_moments,
)
from onelift.dashboards.readiness.queries.board import WaveState, states_of
from programmes.design import formats
from programmes.design.charts.routemap import Stop
from programmes.design.collation import name_key
from programmes.models import Programme, Region, WaveSite
from programmes.queries.todo import Todo, Week, todo_of
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import Crowd, crowd_of
from stakeholders.register.models.impact import RUN
from stakeholders.register.queries.stakeholder import resisting_with_power

# Sites that a title names; one more takes no more room than to say how many.
NAMED = 3


@dataclass(frozen=True)
class SiteLine:
    """A site of the region in its wave; ``state`` is planned, live or run."""

    place: WaveSite
    live_on: date
    people: int
    informed: Share
    state: str
    satisfaction: Satisfaction | None


@dataclass(frozen=True)
class Way:
    """The dates of a wave within a region, its state (a key of ``marks.STATUSES``), and why.

    ``url`` is the page of its readiness, empty where the reader may not open it.
    """

    wave: str
    stops: list[Stop]
    status: str
    reason: str
    url: str


@dataclass(frozen=True)
class RegionBoard:
    """What the page shows."""

    region: Region
    today: date
    sites: list[SiteLine]
    people: int
    as_of: datetime | None
    concerns: list[Concern]
    moments: list[Moment]
    asked: AskedPeople
    interruption: Interruption | None
    way: Way | None
    by_hand: ByHand | None
    todo: Todo | None
    kit: KitBoard | None
    needs: NeedCounts

    @property
    def informed(self) -> Share:
        """Return how many people of the region are informed."""
        return sum((line.informed for line in self.sites), Share())

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
    def next_names(self) -> str:
        """Return the names of the sites that go live next; of more than three how many follow."""
        names = [site.place.site.name for site in self.next_sites]
        if (more := len(names) - NAMED) > 1:
            words = ngettext("%(n)d more site", "%(n)d more sites", more) % {"n": more}
            names = [*names[:NAMED], words]
        return formats.enumeration(names)

    @property
    def live_since(self) -> date | None:
        """Return the first go-live of the region, if it has been."""
        return min((s.live_on for s in self.sites if s.live_on <= self.today), default=None)


def region_board(programme: Programme, region: Region, scope: Scope, now: datetime) -> RegionBoard:
    """Return the home of a region, for a scope that holds nothing else; constant queries."""
    places, plans = places_of(scope), named_plans(programme, scope)
    crowd = crowd_of({place.site_id for place in places}, scope, [plan.rule for plan in plans])
    recipients = recipients_of({plan.message: plan.rule for plan in plans}, crowd)
    planned = planned_at(plans, places)
    informed = informed_by_site(crowd, programme)
    surveys = surveys_of(programme)
    satisfied, total = satisfactions("site", surveys.editions, scope)
    states = states_of(programme, {place.wave for place in places}, scope, now)
    asked = asked_of(scope, total, responses_by("site", surveys, places, scope))
    interrupted = interruption(scope)
    known = Known(
        slug=programme.slug,
        scope=scope,
        today=now.date(),
        people=crowd.people,
        region=region.slug,
        waves=waves_ahead(places, crowd, Asked(programme, scope, now.date(), region=region.pk)),
        states=states,
        resisting=[s for s in resisting_with_power(scope) if s.region_id == region.pk],
        satisfied=total,
        goal_percent=asked.goal_percent,
        answers_url=answers_url(programme.slug, asked.survey),
        interruption=interrupted,
    )
    underway = open_deliveries(scope)
    lines = [_line(place, crowd, informed, satisfied, now.date()) for place in places]
    kit = kit_next(programme, region, places, scope, now.date())
    given = {"planned": planned, "kits": [kit] if kit else []}
    week = Week(programme, scope, places, now, given)
    todo = todo_of(week) if scope.may("todo.read") else None
    return RegionBoard(
        region=region,
        today=now.date(),
        sites=sorted(
            lines,
            key=lambda line: (
                line.live_on,
                name_key(line.place.site.name, line.place.site.latin_name),
            ),
        ),
        people=crowd.people,
        as_of=as_of(programme),
        concerns=concerns_of(known),
        moments=next_meetings(next_moments(planned, places, recipients, underway, now), scope, now),
        asked=asked,
        interruption=interrupted,
        by_hand=None if todo else by_hand(scope, now),
        todo=todo,
        way=way_of(places, planned, crowd, states, now.date()),
        kit=kit,
        needs=need_counts(scope, now.date()),
    )


def waves_ahead(places: Sequence[WaveSite], crowd: Crowd, asked: Asked) -> list[WaveAhead]:
    """Return the waves of the region that are not in Run, with who there is not informed."""
    waves = {p.wave_id: p.wave for p in places if p.wave.state_on(asked.today) != RUN}
    lacking = lacking_by_wave(asked, places)
    own = {pk: [place for place in places if place.wave_id == pk] for pk in waves}
    return [
        WaveAhead(
            wave=wave,
            live_on=[place.live_on for place in own[pk]],
            people=crowd.at([place.site_id for place in own[pk]]),
            uninformed=lacking.get(pk, 0),
        )
        for pk, wave in waves.items()
    ]


def way_of(
    places: Sequence[WaveSite],
    planned: Sequence[NamedSlot],
    crowd: Crowd,
    states: Mapping[int, WaveState],
    today: date,
) -> Way | None:
    """Return the way of the wave that comes next, or came last, within a region."""
    waves = {place.wave_id: place.wave for place in places}
    lines = wave_lines(waves.values(), places, planned, crowd, {}, {})
    if coming := [line for line in lines if line.live_on > today]:
        line = min(coming, key=lambda one: one.live_on)
    elif lines:
        line = max(lines, key=lambda one: one.live_on)
    else:
        return None
    state = states[line.wave.pk]
    return Way(line.wave.name, stops_of(line), state.found.state, state.found.reason, state.url)


def _line(
    place: WaveSite,
    crowd: Crowd,
    informed: Mapping[int, Share],
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
        informed=informed.get(place.site_id, Share()),
        state=state,
        satisfaction=satisfied.get(place.site_id),
    )
