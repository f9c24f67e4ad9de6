"""Whom readers ask: the programme's contact, and what is different at single sites."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.collation import name_key
from programmes.design.fields import is_key
from programmes.design.paging import page_of
from programmes.forms.refusal import accepts
from programmes.forms.support import SupportForm
from programmes.models import Site, WaveSite
from programmes.queries.support import (
    lacking_support,
    places_with_support,
    support_at,
    support_rows,
)
from programmes.services.support import save_support


@require_GET
@requires("setup.read")
def support_list(request: ScopedRequest) -> HttpResponse:
    """Show whom readers ask, at each site, or where they can ask nobody."""
    places = sorted(_chosen(request), key=lambda one: name_key(one.site.name, one.site.latin_name))
    page = page_of(request, places)
    context = {
        "rows": support_rows(page, request.programme, request.scope),
        "page": page,
        "is_filtered": bool(request.GET.get("wave") or request.GET.get("lacks")),
        "default": support_at(request.programme, None),
    }
    return render(request, "programmes/support_list.html", context)


def _chosen(request: ScopedRequest) -> Sequence[WaveSite] | QuerySet[WaveSite]:
    """Return the sites in view, of one wave if asked, and only those without a contact."""
    found: QuerySet[WaveSite] = places_with_support(request.scope)
    if wave := request.GET.get("wave"):
        found = found.filter(wave=int(wave)) if is_key(wave) else found.none()
    if request.GET.get("lacks") == "contact":
        return lacking_support(found, request.programme, request.scope)
    return found


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def support_edit(request: ScopedRequest, pk: int | None = None) -> HttpResponse:
    """Change the contact of the programme, or with a key what is different at a site."""
    sites = Site.objects.filter(pk__in=WaveSite.objects.within(request.scope).values("site"))
    site = None if pk is None else get_object_or_404(sites, pk=pk)
    contact = request.programme.support_contacts.filter(site=site).first()
    form = SupportForm(request.POST or None, contact=contact)
    who = {"by": request.user, "now": database_now()}
    if form.is_valid() and accepts(
        form, save_support, request.programme, site, form.cleaned_data, **who
    ):
        return redirect("programmes:support-list", request.programme.slug)
    default = support_at(request.programme, None) if site else None
    context = {"form": form, "site": site, "default": default}
    return render(request, "programmes/support_form.html", context)
