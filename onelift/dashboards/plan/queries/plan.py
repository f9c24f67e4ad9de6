"""The plan of some weeks: its activities, narrowed as asked, its lanes by region, its overload."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.desk.queries.recipients import recipients_of
from communications.dispatches.queries.load import Hits, Load, hits_of, loads_of
from communications.dispatches.queries.parts import parts_of
from communications.dispatches.queries.plans import open_deliveries, places_of, with_ends
from communications.dispatches.queries.slots import planned_at
from communications.dispatches.queries.weeks import Weeks, monday_of
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
from onelift.dashboards.plan.queries.milestones import milestones_in
from onelift.dashboards.plan.queries.moments import named_plans
from onelift.dashboards.plan.queries.regional_rest import Rest, rests_of
from onelift.dashboards.plan.queries.silence import silences_of
from programmes.design.marks import STATUSES
from programmes.models import Milestone, Programme, Region, Wave, WaveSite
from programmes.queries.judgement import Finding
from programmes.queries.wave_readiness import counted_last
from programmes.queries.wave_state import found_of
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

    @property
    def is_narrow(self) -> bool:
        """Tell whether it leaves out what belongs to no region, kind or persona."""
        return bool(self.region or self.kind or self.state or self.persona or self.wave)

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
    silences: Sequence[Rest] = ()


@dataclass(frozen=True)
class Overload:
    """A week in which people of a region get as much as the limit, or more."""

    region: Region
    week: date
    load: Load


@dataclass(frozen=True)
class PlanBoard:
    """What the page shows within the scope of its reader; ``all`` is without its own filters.

    ``has_reminders`` tells whether some messages go to a part of their audience only.
    """

    today: date
    weeks: Weeks
    all: Sequence[Activity]
    chosen: Sequence[Activity]
    lanes: Sequence[RegionLane]
    groups: list[dict[str, Any]]
    has_waves: bool
    has_reminders: bool
    milestones: Sequence[Milestone] = ()

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
        """Return the weeks over the limit that are not over yet, the first first."""
        return [over for over in self._loads_to_come() if over.load.is_over]

    @property
    def full_weeks(self) -> list[Overload]:
        """Return the weeks at the limit that are not over yet, the first first."""
        return [over for over in self._loads_to_come() if over.load.is_full]

    def _loads_to_come(self) -> list[Overload]:
        this_week = monday_of(self.today)
        found = [
            Overload(lane.region, week, load)
            for lane in self.lanes
            for week, load in lane.loads.items()
            if week >= this_week
        ]
        return sorted(found, key=lambda over: (over.week, over.region.name))

    @property
    def silences(self) -> list[tuple[RegionLane, Rest]]:
        """Return where regions hear nothing around their go-live, the first first."""
        found = [(lane, silence) for lane in self.lanes for silence in lane.silences]
        return sorted(found, key=lambda pair: (pair[1].first, pair[0].region.name))

    @property
    def late(self) -> list[Activity]:
        """Return what was not approved in time."""
        return [one for one in self.chosen if one.state in ("draft", "waiting") and one.reason]

    @property
    def upcoming(self) -> list[Activity]:
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
    recipients = recipients_of({plan.message: plan.rule for plan in plans}, crowd)
    sendings = sendings_in(programme, open_deliveries(scope))
    today = now.date()
    found = [
        *mails_in(planned, weeks, recipients, sendings, now),
        *go_lives_in(places, weeks, crowd, _states(programme, scope, now), today),
        *hand_overs_in(places, weeks, crowd, today),
        *meetings_in(scope, weeks, places, now),
    ]
    activities = sorted(found, key=lambda one: (one.on, one.kind, one.title, str(one.pk)))
    personas = {one.slug: one for one in Persona.objects.within(scope)}
    chosen = [one for one in activities if wish.wants(one, personas)]
    hits = hits_of(plans, planned, places, parts_of(crowd, recipients.people))
    by_region = _by_region(places)
    lanes = [
        _lane(region, own, chosen, hits, weeks, today if scope.reads_drafts else None)
        for region, own in by_region.items()
    ]
    return PlanBoard(
        today=today,
        weeks=weeks,
        all=activities,
        chosen=chosen,
        lanes=sorted(lanes, key=lambda lane: (_first(by_region[lane.region]), lane.region.name)),
        groups=_groups(activities, everywhere, personas, scope, wish),
        has_waves=bool(everywhere),
        has_reminders=bool(recipients.people),
        milestones=[] if wish.is_narrow else milestones_in(scope, weeks),
    )


def _lane(
    region: Region,
    own: Sequence[WaveSite],
    chosen: Iterable[Activity],
    hits: Hits,
    weeks: Weeks,
    today: date | None,
) -> RegionLane:
    """Return the lane of a region; who reads no drafts (``today`` is None) is told no silence."""
    crowd, sites = hits.parts.crowd, [place.site_id for place in own]
    loads = loads_of(hits, sites, weeks)
    return RegionLane(
        region=region,
        waves=waves_of(own),
        people=crowd.at(sites),
        activities=[one for one in chosen if region in one.regions],
        loads=loads,
        rests=rests_of(own, crowd, weeks),
        silences=silences_of(own, loads, weeks, today) if today else [],
    )


def _states(programme: Programme, scope: Scope, now: datetime) -> dict[int, Finding]:
    """Return the state of each wave in view by its id (four queries)."""
    found = counted_last(programme, Wave.objects.within(scope), now)
    return {pk: found_of(readiness, now.date()) for pk, readiness in found.items()}


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
    wish: PlanFilter,
) -> list[dict[str, Any]]:
    """Return the filters in the shape of ``components/chip_filter.html``.

    A count is that of the list with this choice and all that is chosen otherwise.
    """

    def counts(name: str) -> Counter[str]:
        others = replace(wish, **{name: ""})
        return Counter(getattr(one, name) for one in activities if others.wants(one, personas))

    states = counts("state") + Counter({wish.state: 1} if wish.state else {})
    regions = (
        {p.site.region.slug: p.site.region.name for p in places} if scope.is_everywhere else {}
    )
    shown = {key: look.word for key, look in STATUSES.items() if states[key]}
    return [
        _group(_("Level"), "level", LEVELS, counts("level")),
        _group(_("Kind"), "kind", KINDS, counts("kind")),
        _group(_("Wave"), "wave", {str(wave.pk): wave.name for wave in waves_of(places)}),
        *([_group(_("Region"), "region", regions)] if scope.is_everywhere else []),
        _group(_("Persona"), "persona", {slug: one.name for slug, one in personas.items()}),
        _group(_("State"), "state", shown, counts("state")),
    ]


def _group(
    label: Promise, name: str, choices: Mapping[str, Any], counts: Counter[str] | None = None
) -> dict[str, Any]:
    named = [
        {"value": value, "label": word, "count": counts[value] if counts is not None else None}
        for value, word in choices.items()
    ]
    return {"label": label, "name": name, "choices": named}
