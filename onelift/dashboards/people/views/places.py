"""Sites, regions and business lines by their people."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from onelift.dashboards.people.queries.addresses import bad_addresses_at
from onelift.dashboards.people.queries.places import (
    Map,
    holidays_at,
    line_names,
    lines_in,
    map_of,
    personas_in,
    region_rows,
    sites_in,
    sorted_rows,
    waves_in,
)
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.fields import LONGEST_KEY
from programmes.design.paging import page_of
from programmes.models import Region, Site
from programmes.queries.service import is_published
from stakeholders.audiences.queries.people import lines_of_people
from stakeholders.models import Person


@require_GET
@requires("people.count")
def site_list(request: ScopedRequest) -> HttpResponse:
    """Show the sites of the waves, or those that go live on a day of rest."""
    found, is_resting = _map(request), request.GET.get("live_on") == "rest"
    if is_resting:
        found = found.resting(_key_of(request.GET.get("wave", "")[:LONGEST_KEY]))
    page = page_of(request, sorted_rows(found.rows, request.GET.get("sort", "")))
    context = {"map": found, "rows": page.object_list, "page": page, "is_resting": is_resting}
    return render(request, "dashboards/site_list.html", context)


@require_GET
@requires("people.count")
def site_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show one site of the programme's waves: its people, its dates, its hours."""
    site = get_object_or_404(Site.objects.within(request.scope), pk=pk)
    found = _map(request)
    row = next((row for row in found.rows if row.site.pk == site.pk), None)
    if row is None:
        raise Http404
    context = {
        "row": row,
        "now": found.now,
        "query": f"site={site.pk}",
        "lines": lines_in(row.crew, line_names(row.crew)),
        "personas": personas_in(request.programme, request.scope, {site.pk}),
        "holidays": holidays_at(row.site, found.now),
        "is_published": is_published(request.programme),
        "bad_addresses": bad_addresses_at(request.programme, request.scope, site),
    }
    return render(request, "dashboards/site.html", context)


@require_GET
@requires("people.count")
def region_list(request: ScopedRequest) -> HttpResponse:
    found = _map(request)
    page = page_of(request, region_rows(found))
    context = {"map": found, "rows": page.object_list, "page": page}
    return render(request, "dashboards/region_list.html", context)


@require_GET
@requires("people.count")
def region_people(request: ScopedRequest, slug: str) -> HttpResponse:
    """Show the people of one region; what it has to know stands on its home."""
    region = get_object_or_404(Region.objects.within(request.scope), slug=slug)
    found = _map(request).in_region(region.pk)
    page = page_of(request, sorted_rows(found.rows, request.GET.get("sort", "")))
    context = {
        "region": region,
        "map": found,
        "rows": page.object_list,
        "page": page,
        "lines": lines_in(found.crew, line_names(found.crew)),
        "personas": personas_in(request.programme, request.scope, found.crew.sites),
        "query": f"region={region.slug}",
    }
    return render(request, "dashboards/region_people.html", context)


@require_GET
@requires("people.count")
def line_list(request: ScopedRequest) -> HttpResponse:
    """Show the business lines of the people in view."""
    found = _map(request)
    page = page_of(request, lines_in(found.crew, line_names(found.crew)))
    rows = [(line, found.crew.of_line(_key_of(line.key))) for line in page]
    context = {"map": found, "rows": rows, "page": page}
    return render(request, "dashboards/line_list.html", context)


@require_GET
@requires("people.count")
def line_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show one business line, if it has people in view."""
    line = get_object_or_404(lines_of_people(Person.objects.within(request.scope)), pk=pk)
    found = _map(request)
    crew = found.crew.of_line(line.pk)
    context = {
        "line": line,
        "map": found,
        "crew": crew,
        "personas": personas_in(request.programme, request.scope, crew.sites, [line.pk]),
        "query": f"business_line={line.pk}",
        "sites": sites_in(found.rows, crew),
        "waves": waves_in(found.rows, crew),
    }
    return render(request, "dashboards/line.html", context)


def _map(request: ScopedRequest) -> Map:
    return map_of(request.programme, request.scope, database_now())


def _key_of(key: str) -> int | None:
    return int(key) if key.isdecimal() else None
