"""The blackouts of a programme: listed, added, changed, removed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.paging import page_of
from programmes.forms.blackout import BlackoutForm
from programmes.forms.refusal import accepts
from programmes.models import Blackout, Region
from programmes.services.blackout import remove_blackout, save_blackout


@require_GET
@requires("setup.read")
def blackout_list(request: ScopedRequest) -> HttpResponse:
    """Show when nothing is sent, what is over last."""
    found = Blackout.objects.within(request.scope)
    rows = list(found.select_related("region"))
    today = database_now().date()
    page = page_of(request, sorted(rows, key=lambda one: one.last_on < today))
    context = {"rows": page.object_list, "page": page, "today": today}
    return render(request, "programmes/blackout_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def blackout_edit(request: ScopedRequest, pk: int | None = None) -> HttpResponse:
    """Add a blackout, or with a key change one."""
    blackout = _blackout(request, pk) if pk else Blackout(programme=request.programme)
    regions = Region.objects.within(request.scope)
    form = BlackoutForm(request.POST or None, blackout=blackout, regions=regions)
    if form.is_valid() and accepts(
        form, save_blackout, blackout, form.cleaned_data, database_now(), request.user
    ):
        messages.success(request, _("“%(name)s” is saved.") % {"name": blackout.name})
        return redirect("programmes:blackout-list", request.programme.slug)
    context = {"form": form, "blackout": blackout if pk else None}
    return render(request, "programmes/blackout_form.html", context)


@require_POST
@requires("setup.write")
def blackout_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a blackout back."""
    blackout = _blackout(request, pk)
    remove_blackout(blackout, database_now(), request.user)
    messages.success(request, _("“%(name)s” is removed.") % {"name": blackout.name})
    return redirect("programmes:blackout-list", request.programme.slug)


def _blackout(request: ScopedRequest, pk: int) -> Blackout:
    found = Blackout.objects.within(request.scope)
    return get_object_or_404(found, pk=pk)
