"""The overview: each floor answers once, the board zips."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from communications.queries.ledger import Interruption, interruption
from communications.queries.reach import Reach, reach_by
from feedback.models import Survey
from feedback.queries.results import Satisfaction, satisfaction_by_wave, satisfaction_total
from onelift.dashboards.queries.crowd import Crowd, crowd_of
from onelift.dashboards.queries.lanes import WaveLine, wave_lines
from onelift.dashboards.queries.moments import (
    Moment,
    next_moments,
    open_deliveries,
    places_of,
    planned_at,
    plans_of,
)
from programmes.models import Programme, Region, Wave, WaveSite
from programmes.scope import Scope

REACH_DAYS = 30
GOAL_PERCENT = 75


@dataclass(frozen=True)
class RegionReach:
    """How many of a region were reached in the last thirty days."""

    region: Region
    reach: Reach


@dataclass(frozen=True)
class LiveCount:
    """How many sites and people are live, of those that have people."""

    people: int
    all_people: int
    sites: int
    all_sites: int


@dataclass(frozen=True)
class Asked:
    """What surveys have found: in total, against the goal, and which survey to open.

    ``survey`` is the id of the only survey, or None where there are several or none.
    """

    total: Satisfaction | None
    goal_percent: int
    survey: int | None


@dataclass(frozen=True)
class Overview:
    """What the page shows, within the scope of its reader."""

    today: date
    lines: list[WaveLine]
    live: LiveCount
    reach: Reach
    regions: list[RegionReach]
    asked: Asked
    moments: list[Moment]
    interruption: Interruption | None


def overview_of(programme: Programme, scope: Scope, now: datetime) -> Overview:
    """Return the overview, in a number of queries that does not grow with waves or people."""
    places, crowd = places_of(programme, scope), crowd_of(programme, scope)
    planned = planned_at(plans_of(programme, scope), places)
    waves = Wave.objects.within(scope).filter(programme=programme)
    satisfied = satisfaction_by_wave(programme, scope)
    regions = _regions(programme, scope, now)
    return Overview(
        today=now.date(),
        lines=wave_lines(waves, places, planned, crowd, satisfied),
        live=live_count(places, crowd, now.date()),
        reach=Reach(
            people=sum(row.reach.people for row in regions),
            reached=sum(row.reach.reached for row in regions),
        ),
        regions=regions,
        asked=asked_of(programme, scope),
        moments=next_moments(planned, places, crowd, open_deliveries(programme, scope), now),
        interruption=interruption(scope, programme.pk),
    )


def live_count(places: Sequence[WaveSite], crowd: Crowd, today: date) -> LiveCount:
    """Count what is live today."""
    live = {place.site_id for place in places if place.live_on <= today}  # type: ignore[attr-defined]
    return LiveCount(
        people=crowd.at(live),
        all_people=crowd.people,
        sites=sum(1 for site in crowd.by_site if site in live),
        all_sites=len(crowd.by_site),
    )


def _regions(programme: Programme, scope: Scope, now: datetime) -> list[RegionReach]:
    since = now - timedelta(days=REACH_DAYS)
    found = reach_by("site__region", programme, scope, since)
    regions = Region.objects.within(scope).filter(pk__in=found)
    rows = [RegionReach(region, found[region.pk]) for region in regions]
    return sorted(rows, key=lambda row: (-row.reach.share, row.region.name))


def asked_of(programme: Programme, scope: Scope) -> Asked:
    """Return the satisfaction in a scope, with the goal of the latest survey."""
    surveys = Survey.objects.within(scope).filter(programme=programme).order_by("-pk")
    found = list(surveys.values_list("pk", "goal_percent"))
    return Asked(
        total=satisfaction_total(programme, scope),
        goal_percent=found[0][1] if found else GOAL_PERCENT,
        survey=found[0][0] if len(found) == 1 else None,
    )
