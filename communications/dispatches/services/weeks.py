"""The present week of each site and the beginning of its next, as expressions over a delivery."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Case, DateTimeField, Value, When

from programmes.models import Blackout, Programme, Site
from programmes.timing import (
    Span,
    day_at,
    end_of_next_working_day,
    first_working_moment,
    instant,
)

BySite = Mapping[datetime, list[int]]


@dataclass(frozen=True)
class Weeks:
    """Instants (UTC) by the site of a row; a week runs from Monday to Sunday by its clocks.

    Attributes:
        first_start: when the present week began at the first of all sites.
        start: when the present week began.
        next_start: when the first working day of the next begins.
        next_latest: until when may go what then goes and names no latest send time.

    """

    first_start: datetime
    start: Case
    next_start: Case
    next_latest: Case


def weeks_of(programme: Programme, now: datetime) -> Weeks:
    """Return the weeks of all sites, in two queries."""
    starts: dict[datetime, list[int]] = defaultdict(list)
    nexts: dict[datetime, list[int]] = defaultdict(list)
    latest: dict[datetime, list[int]] = defaultdict(list)
    blackouts = list(Blackout.objects.filter(programme=programme))
    for site in Site.objects.all():
        still = tuple(b.span for b in blackouts if b.region_id in (None, site.region_id))
        start, following = week_at(site, still, now)
        starts[start].append(site.pk)
        nexts[following].append(site.pk)
        latest[end_of_next_working_day(following, site, still)].append(site.pk)
    return Weeks(min(starts, default=now), _by_site(starts), _by_site(nexts), _by_site(latest))


def week_at(site: Site, blackouts: tuple[Span, ...], now: datetime) -> tuple[datetime, datetime]:
    """Return when a site's week began, and when work begins in its next."""
    today = day_at(now, site)
    monday = today - timedelta(days=today.weekday())
    sunday = monday + timedelta(days=6)
    start = instant(monday, time(0), site.time_zone)
    return start, first_working_moment(sunday, site, blackouts)


def _by_site(groups: BySite) -> Case:
    """Return the instant of the row's site; of an unknown site, which none has, the last."""
    output: DateTimeField[datetime, datetime] = DateTimeField()
    branches = [When(site__in=pks, then=Value(at, output)) for at, pks in groups.items()]
    return Case(*branches, default=Value(max(groups), output), output_field=output)
