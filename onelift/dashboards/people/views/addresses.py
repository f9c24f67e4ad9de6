"""Addresses that do not work, for whoever mends the personnel rows."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onelift.dashboards.people.queries.addresses import (
    cells_of,
    in_order,
    people_with_bad_addresses,
    rows_of,
    sites_of,
)
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.models import Site
from programmes.models.trail import Kept
from programmes.views.trail import note_audit, note_file
from stakeholders.people.exports import HEADINGS, table_csv
from stakeholders.people.models.person import PersonQuerySet

ON_A_PAGE = 50
LONGEST_KEY = 19  # digits of what a database takes for a number
# Number, names, address and site, as an import knows them.
OF_PEOPLE = (0, 1, 2, 3, 7)


@require_GET
@requires("address.read")
def address_list(request: ScopedRequest) -> HttpResponse:
    """Show whose address does not work, site by site."""
    people = people_with_bad_addresses(request.programme, request.scope)
    sites, chosen = sites_of(people), _site_in(request)
    found = people.filter(site=chosen) if chosen else people
    paginator: Paginator[Any] = Paginator(in_order(found), ON_A_PAGE)
    paginator.count = sum(n for pk, _name, n in sites if not chosen or pk == chosen.pk)
    page = paginator.get_page(request.GET.get("page"))
    note_audit(request, Kept.ADDRESSES)
    context = {
        "page": page,
        "rows": list(rows_of(page)),
        "total": paginator.count,
        "sites": sites,
        "chosen": chosen,
    }
    return render(request, "dashboards/address_list.html", context)


@require_GET
@requires("address.read")
def address_export(request: ScopedRequest) -> HttpResponseBase:
    """Give the same as a file, with the columns by which a personnel file is mended."""
    language = get_language() or "en"
    known = HEADINGS.get(language, HEADINGS["en"])
    headings = [known[n] for n in OF_PEOPLE]
    headings += [_("Problem"), _("Server reply"), _("Since")]
    note_file(request, Kept.ADDRESSES)
    name = f"addresses-{request.programme.slug}-{database_now().date()}.csv"
    return StreamingHttpResponse(
        table_csv(headings, cells_of(_people_in(request)), language),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _people_in(request: ScopedRequest) -> PersonQuerySet:
    people = people_with_bad_addresses(request.programme, request.scope)
    chosen = _site_in(request)
    return people.filter(site=chosen) if chosen else people


def _site_in(request: ScopedRequest) -> Site | None:
    """Return the site that the address names, None if it names none; 404 out of scope."""
    key = request.GET.get("site", "")
    if not key:
        return None
    if not (key.isascii() and key.isdecimal() and len(key) < LONGEST_KEY):
        raise Http404
    sites = Site.objects.within(request.scope).filter(wave__programme=request.programme)
    return get_object_or_404(sites.distinct(), pk=key)
