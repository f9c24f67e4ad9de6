"""What boards know, as the rows that charts draw."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from communications.dispatches.queries.reach import Reach
from feedback.models.survey import SMALLEST_GROUP
from feedback.queries.results import Satisfaction
from onelift.dashboards.overview.queries.overview import REACH_DAYS, RegionReach
from programmes.design.charts.dots import DotRow
from programmes.design.charts.reach import ReachRow
from programmes.models import Site


def region_rows(regions: Iterable[RegionReach], people_url: str) -> list[ReachRow]:
    return [
        reach_row(row.region.name, row.reach, f"{people_url}?region={row.region.slug}")
        for row in regions
    ]


def site_rows(sites: Iterable[Site], reach: Mapping[int, Reach], people_url: str) -> list[ReachRow]:
    """Return the reach of sites that have people, best first."""
    rows = [
        reach_row(site.name, reach[site.pk], f"{people_url}?site={site.pk}")
        for site in sites
        if site.pk in reach
    ]
    return sorted(rows, key=lambda row: (-row.reached, row.label))


def reach_row(label: str, reach: Reach, url: str) -> ReachRow:
    """Return the reach of one group, given the list of its people."""
    reached_url = f"{url}&reached={REACH_DAYS}"
    return ReachRow(
        label, reach.people, reach.share, reach.possible_share, url=url, reached_url=reached_url
    )


def dot_row(label: str, found: Satisfaction | None, people: int, url: str) -> DotRow:
    """Return the satisfaction of one group, or the sentence that says why it is hidden."""
    if found is None:
        hidden = _("Fewer than %(k)d answers, not shown") % {"k": SMALLEST_GROUP}
        return DotRow(label, people=people, hidden=hidden, url=url)
    low, high = found.interval
    return DotRow(
        label=label, share=found.share, low=low, high=high, answers=found.answers, url=url
    )
