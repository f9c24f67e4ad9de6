"""The overview: each floor answers once, the board zips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from communications.approvals.queries.approval import waiting_of
from communications.dispatches.queries.ledger import Interruption, interruption
from communications.dispatches.queries.load import crowd_with
from communications.dispatches.queries.plans import open_deliveries, open_versions, places_of
from communications.dispatches.queries.reach import Reach
from communications.dispatches.queries.slots import planned_at
from feedback.models import Survey
from feedback.queries.results import Satisfaction, satisfactions
from onelift.dashboards.overview.queries.decisions import Card, cards_of
from onelift.dashboards.overview.queries.wave_lines import NEAR, WaveLine, wave_lines
from onelift.dashboards.people.queries.reader import Asker
from onelift.dashboards.plan.queries.crowd import reach_by_site
from onelift.dashboards.plan.queries.meetings import next_meetings
from onelift.dashboards.plan.queries.moments import Moment, named_plans, next_moments
from programmes.models import Programme, Region, Wave, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import Crowd
from stakeholders.models import User

REACH_DAYS = 30
GOAL_PERCENT = 75
# Of the best region's share: below it, a region hears too little.
TOO_LITTLE = 0.8


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
    least: RegionReach | None
    asked: Asked
    moments: list[Moment]
    interruption: Interruption | None
    decisions: list[Card]


def overview_of(programme: Programme, scope: Scope, user: User, now: datetime) -> Overview:
    """Return the overview, in a number of queries that does not grow with waves or people."""
    places, versions = places_of(scope), open_versions(scope)
    plans, waiting = named_plans(programme, scope, versions), waiting_of(versions)
    crowd = crowd_with(waiting, plans, places, scope)
    planned = planned_at(plans, places)
    waves = Wave.objects.within(scope)
    satisfied, total = satisfactions("wave", programme, scope)
    since = now - timedelta(days=REACH_DAYS)
    by_site = reach_by_site(crowd, programme, scope, since)
    regions = region_reach(places, by_site)
    return Overview(
        today=now.date(),
        lines=wave_lines(waves, places, planned, crowd, satisfied, by_site),
        live=live_count(places, crowd, now.date()),
        reach=sum((row.reach for row in regions), Reach()),
        regions=regions,
        least=least_reached(regions, places, now.date()),
        asked=asked_of(scope, total),
        moments=next_meetings(
            next_moments(planned, places, crowd, open_deliveries(scope), now),
            scope,
            now,
        ),
        interruption=interruption(scope),
        decisions=cards_of(waiting, Asker(programme, scope, now, {}), user, places, crowd),
    )


def live_count(places: Sequence[WaveSite], crowd: Crowd, today: date) -> LiveCount:
    live = {place.site_id for place in places if place.live_on <= today}
    return LiveCount(
        people=crowd.at(live),
        all_people=crowd.people,
        sites=sum(1 for site in crowd.by_site if site in live),
        all_sites=len(crowd.by_site),
    )


def least_reached(
    regions: Sequence[RegionReach], places: Sequence[WaveSite], today: date
) -> RegionReach | None:
    """Return the region that hears too little: live or soon so, and well below the best of these.

    A region whose turn has not come is not blamed for silence.
    """
    soon = today + NEAR
    due = {place.site.region_id for place in places if place.live_on <= soon}
    rows = [row for row in regions if row.region.pk in due]
    if not rows or rows[-1].reach.share >= TOO_LITTLE * rows[0].reach.share:
        return None
    return rows[-1]


def region_reach(places: Sequence[WaveSite], by_site: Mapping[int, Reach]) -> list[RegionReach]:
    """Add the reach of sites up to that of their regions, best first."""
    sites = {place.site_id: place.site for place in places if place.site_id in by_site}
    found = {site.region: Reach() for site in sites.values()}
    for pk, site in sites.items():
        so_far, own = found[site.region], by_site[pk]
        found[site.region] = so_far + own
    rows = [RegionReach(region, reach) for region, reach in found.items()]
    return sorted(rows, key=lambda row: (-row.reach.share, row.region.name))


def asked_of(scope: Scope, total: Satisfaction | None) -> Asked:
    """Return the satisfaction in a scope, with the goal of the latest survey."""
    surveys = Survey.objects.within(scope).order_by("-pk")
    found = list(surveys.values_list("pk", "goal_percent"))
    return Asked(
        total=total,
        goal_percent=found[0][1] if found else GOAL_PERCENT,
        survey=found[0][0] if len(found) == 1 else None,
    )
