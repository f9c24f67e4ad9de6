"""The plan of some weeks: its activities, narrowed as asked, its lanes by region, its overload."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.dispatches.queries.load import Load, hits_of, loads_of
from communications.dispatches.queries.plans import open_deliveries, places_of, with_ends
from communications.dispatches.queries.slots import planned_at
from communications.dispatches.queries.weeks import Weeks
from communications.models import Message
from onelift.dashboards.plan.queries.activities import (
    Activity,
    go_lives_in,
    hand_overs_in,
    mails_in,
    sendings_in,
    waves_of,
)
from onelift.dashboards.plan.queries.meetings import meetings_in
from onelift.dashboards.plan.queries.moments import named_plans
from onelift.dashboards.plan.queries.regional_rest import Rest, rests_of
from programmes.design.marks import STATUSES
from programmes.models import Programme, Region, Wave, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import crowd_of
from stakeholders.models import Persona

KINDS: dict[str, Promise] = {
    "message": _("Messages"),
    "survey": _("Surveys"),
    "go_live": _("Go-lives"),
    "hand_over": _("Hand-overs"),
    "event": _("Events"),
}
LEVELS = dict(Message.Level.choices)


@dataclass(frozen=True)
class PlanFilter:
    """What the reader wants to see: values of the address, empty where all is wanted."""

    wave: str = ""
    region: str = ""
    level: str = ""
    kind: str = ""
    state: str = ""
    persona: str = ""

    def wants_place(self, place: WaveSite) -> bool:
        """Tell whether a site is in the wave and the region."""
        return self.wave in ("", str(place.wave_id)) and self.region in ("", place.site.region.slug)

    def wants(self, activity: Activity, personas: Mapping[str, Persona]) -> bool:
        """Tell whether an activity has the level, kind and state, and may mean the persona."""
        persona = personas.get(self.persona)
        return (
            self.level in ("", activity.level)
            and self.kind in ("", activity.kind)
            and self.state in ("", activity.state)
            and (not self.persona or persona is not None)
            and (not (persona and activity.rule) or activity.rule.leaves_room_for(persona.pk))
        )


@dataclass(frozen=True)
class RegionLane:
    """A region with what happens there, and how much of it hits the same people by week."""

    region: Region
    waves: tuple[Wave, ...]
    people: int
    activities: Sequence[Activity]
    loads: Mapping[date, Load]
    rests: Sequence[Rest]


@dataclass(frozen=True)
class Overload:
    """A week in which people of a region get more than the limit."""

    region: Region
    week: date
    load: Load


@dataclass(frozen=True)
class PlanBoard:
    """What the page shows within the scope of its reader; ``all`` is without its own filters."""

    today: date
    weeks: Weeks
    all: Sequence[Activity]
    chosen: Sequence[Activity]
    lanes: Sequence[RegionLane]
    groups: list[dict[str, Any]]
    has_waves: bool

    @property
    def has_rests(self) -> bool:
        """Tell whether a region has a public holiday in these weeks."""
        return any(lane.rests for lane in self.lanes)

    def rests_in(self, monday: date) -> list[tuple[Region, Rest]]:
        """Return which regions rest in a week, and when."""
        sunday = monday + timedelta(days=6)
        return [
            (lane.region, rest)
            for lane in self.lanes
            for rest in lane.rests
            if rest.first <= sunday and rest.last >= monday
        ]

    @property
    def overloads(self) -> list[Overload]:
        """Return the weeks over the limit, the first first."""
        found = [
            Overload(lane.region, week, load)
            for lane in self.lanes
            for week, load in lane.loads.items()
            if load.is_over
        ]
        return sorted(found, key=lambda over: (over.week, over.region.name))

    @property
    def late(self) -> list[Activity]:
        """Return what was not approved in time."""
        return [one for one in self.chosen if one.state in ("draft", "waiting") and one.reason]

    @property
    def coming(self) -> list[Activity]:
        return [one for one in self.chosen if not one.is_past]


def plan_board(
    programme: Programme, scope: Scope, wish: PlanFilter, weeks: Weeks, now: datetime
) -> PlanBoard:
    """Return the plan of some weeks, in a number of queries that does not grow with it."""
    everywhere = places_of(scope)
    plans = with_ends(named_plans(programme, scope), programme)
    places = [place for place in everywhere if wish.wants_place(place)]
    crowd = crowd_of({p.site_id for p in places}, scope, [plan.rule for plan in plans])
    planned = [each for each in planned_at(plans, places) if each.on in weeks]
    sendings = sendings_in(programme, open_deliveries(scope))
    today = now.date()
    found = [
        *mails_in(planned, weeks, crowd, sendings, now),
        *go_lives_in(places, weeks, crowd, today),
        *hand_overs_in(places, weeks, crowd, today),
        *meetings_in(scope, weeks, places, now),
    ]
    activities = sorted(found, key=lambda one: (one.on, one.kind, one.title, str(one.pk)))
    personas = {one.slug: one for one in Persona.objects.within(scope)}
    chosen = [one for one in activities if wish.wants(one, personas)]
    hits = hits_of(plans, planned, places, crowd)
    by_region = _by_region(places)
    lanes = [
        RegionLane(
            region=region,
            waves=waves_of(own),
            people=crowd.at([place.site_id for place in own]),
            activities=[one for one in chosen if region in one.regions],
            loads=loads_of(hits, [place.site_id for place in own], weeks),
            rests=rests_of(own, crowd, weeks),
        )
        for region, own in by_region.items()
    ]
    return PlanBoard(
        today=today,
        weeks=weeks,
        all=activities,
        chosen=chosen,
        lanes=sorted(lanes, key=lambda lane: (_first(by_region[lane.region]), lane.region.name)),
        groups=_groups(activities, everywhere, personas, scope),
        has_waves=bool(everywhere),
    )


def _by_region(places: Iterable[WaveSite]) -> dict[Region, list[WaveSite]]:
    found: dict[Region, list[WaveSite]] = {}
    for place in places:
        found.setdefault(place.site.region, []).append(place)
    return found


def _first(places: Iterable[WaveSite]) -> date:
    first: date = min(place.live_on for place in places)
    return first


def _groups(
    activities: Sequence[Activity],
    places: Sequence[WaveSite],
    personas: Mapping[str, Persona],
    scope: Scope,
) -> list[dict[str, Any]]:
    """Return the filters in the shape of ``components/chip_filter.html``."""
    levels, kinds = Counter(a.level for a in activities), Counter(a.kind for a in activities)
    states = Counter(one.state for one in activities)
    regions = (
        {p.site.region.slug: p.site.region.name for p in places} if scope.is_everywhere else {}
    )
    shown = {key: look.word for key, look in STATUSES.items() if states[key]}
    return [
        _group(_("Level"), "level", LEVELS, levels),
        _group(_("Kind"), "kind", KINDS, kinds),
        _group(_("Wave"), "wave", {str(wave.pk): wave.name for wave in waves_of(places)}),
        *([_group(_("Region"), "region", regions)] if scope.is_everywhere else []),
        _group(_("Persona"), "persona", {slug: one.name for slug, one in personas.items()}),
        _group(_("State"), "state", shown, states),
    ]


def _group(
    label: Promise, name: str, choices: Mapping[str, Any], counts: Counter[str] | None = None
) -> dict[str, Any]:
    named = [
        {"value": value, "label": word, "count": counts[value] if counts is not None else None}
        for value, word in choices.items()
    ]
    return {"label": label, "name": name, "choices": named}
