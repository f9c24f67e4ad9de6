"""The list behind every number of people."""

from django.core.paginator import Paginator
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onelift.dashboards.queries.filters import Asker
from onelift.dashboards.queries.people import choices_of, people_list, person_rows, site_counts
from programmes.access import ScopedRequest, requires
from programmes.queries.clock import database_now

ON_A_PAGE = 50


@require_GET
@requires("people.count")
def people_show(request: ScopedRequest) -> HttpResponse:
    """Show persons to those who may see them, else counts by site and language."""
    asker = Asker(request.programme, request.scope, database_now(), request.GET)
    people = people_list(asker)
    sees_persons = request.scope.may("people.read") and request.GET.get("view") != "sites"
    context = {
        "people": people,
        "choices": choices_of(asker, people.languages),
        "sees_persons": sees_persons,
    }
    if sees_persons:
        by_name = (Lower("last_name"), Lower("first_name"), "pk")
        found = people.found.select_related("site", "business_line").order_by(*by_name)
        paginator = Paginator(found, ON_A_PAGE)
        paginator.count = people.total
        page = paginator.get_page(request.GET.get("page"))
        rows = person_rows(page, request.programme.languages)
        context |= {"page": page, "rows": rows, "total": people.total}
    else:
        sites = site_counts(people.found)
        context |= {"sites": sites, "total": sum(site.people for site in sites)}
    return render(request, "dashboards/people.html", context)
