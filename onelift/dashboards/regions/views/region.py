"""The home of a regional IT manager."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from onelift.dashboards.overview.queries.rows import dot_row, site_rows
from onelift.dashboards.overview.views.overview import answers_url
from onelift.dashboards.people.queries.addresses import bad_addresses_at
from onelift.dashboards.regions.queries.region import region_board
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.models import Region


@require_GET
@requires("region.read")
def region(request: ScopedRequest, slug: str) -> HttpResponse:
    """Show what one region has to know; whoever sees all regions sees it as its own people do."""
    found = get_object_or_404(Region.objects.within(request.scope), slug=slug)
    scope = replace(request.scope, regions=frozenset({found.pk}))
    board = region_board(request.programme, found, scope, database_now())
    people_url = reverse("dashboards:people-list", args=[request.programme.slug])
    results_url = answers_url(request.programme.slug, board.asked.survey)
    sites = [line.place.site for line in board.sites]
    context = {
        "board": board,
        "people_url": people_url,
        "bad_addresses": bad_addresses_at(request.programme, scope, found),
        "answers_url": results_url,
        "reach_rows": site_rows(sites, {s.place.site_id: s.reach for s in board.sites}, people_url),
        "dots": [
            dot_row(line.place.site.name, line.satisfaction, line.people, results_url)
            for line in board.sites
            if line.state != "planned"
        ],
        "goal": board.asked.goal_percent / 100,
    }
    return render(request, "dashboards/region.html", context)
