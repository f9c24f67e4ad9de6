"""Whom readers ask: the programme's contact, and what is different at single sites."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from programmes.access import ScopedRequest, requires
from programmes.design.paging import page_of
from programmes.forms.refusal import accepts
from programmes.forms.support import SupportForm
from programmes.models import Site, WaveSite
from programmes.queries.support import places_with_support, support_at, support_rows
from programmes.services.support import save_support


@require_GET
@requires("setup.read")
def support_list(request: ScopedRequest) -> HttpResponse:
    """Show whom readers ask, at each site."""
    page = page_of(request, places_with_support(request.scope))
    context = {
        "rows": support_rows(page, request.programme, request.scope),
        "page": page,
        "default": support_at(request.programme, None),
    }
    return render(request, "programmes/support_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def support_edit(request: ScopedRequest, pk: int | None = None) -> HttpResponse:
    """Change the contact of the programme, or with a key what is different at a site."""
    sites = Site.objects.filter(pk__in=WaveSite.objects.within(request.scope).values("site"))
    site = None if pk is None else get_object_or_404(sites, pk=pk)
    contact = request.programme.support_contacts.filter(site=site).first()
    form = SupportForm(request.POST or None, contact=contact)
    if form.is_valid() and accepts(form, save_support, request.programme, site, form.cleaned_data):
        return redirect("programmes:support-list", request.programme.slug)
    default = support_at(request.programme, None) if site else None
    context = {"form": form, "site": site, "default": default}
    return render(request, "programmes/support_form.html", context)
