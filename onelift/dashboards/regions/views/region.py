"""The home of a regional IT manager."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from communications.dispatches.queries.ledger import hold_in
from onelift.dashboards.overview.queries.rows import (
    answers_url,
    dot_row,
    satisfied_heading,
    site_rows,
)
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
    goal = board.asked.goal_percent / 100
    dots = [
        dot_row(
            line.place.site.both_names,
            line.satisfaction,
            line.people,
            results_url,
            board.asked.responses.get(line.place.site_id),
        )
        for line in board.sites
        if line.state != "planned"
    ]
    context = {
        "board": board,
        "hold": hold_in(board.interruption),
        "people_url": people_url,
        "bad_addresses": bad_addresses_at(request.programme, scope, found),
        "answers_url": results_url,
        "reach_rows": site_rows(
            sites, {s.place.site_id: s.informed for s in board.sites}, people_url
        ),
        "dots": dots,
        "goal": goal,
        "satisfied_heading": satisfied_heading(dots, goal),
    }
    return render(request, "dashboards/region.html", context)
