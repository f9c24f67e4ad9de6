"""Changing several impacts at once, with its undo."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.back import own_path
from programmes.design.fields import is_key
from programmes.design.undo import offer_undo
from programmes.forms.refusal import accepts
from programmes.views.once import once
from stakeholders.register.forms.impact_bulk import BulkForm
from stakeholders.register.models import Impact, ImpactBatch
from stakeholders.register.services.impact_batch import edit_together, undo_together
from stakeholders.register.views.impact import user_in

MOST = 500


@require_http_methods(["GET", "POST"])
@requires("register.write")
@once
def impact_bulk(request: ScopedRequest) -> HttpResponse:
    """Give the chosen impacts the same owner, service, wave or end, or accept them."""
    chosen = _chosen(request)
    if len(chosen) > MOST:
        text = _("Choose at most %(n)s impacts at a time. Narrow the filter.")
        messages.error(request, text % {"n": formats.number(MOST)})
        return redirect(_list(request))
    if not chosen:
        messages.warning(request, _("Choose impacts first."))
        return redirect(_list(request))
    # A long choice comes by POST, since an address has no room for it.
    data = None if "choose" in request.POST else request.POST or None
    form = BulkForm(data, programme=request.programme, scope=request.scope)
    if form.is_valid() and (batch := _edited(request, form, chosen)):
        undo = reverse("stakeholders:impact-bulk-undo", args=[request.programme.slug, batch.pk])
        query = urlencode({"next": _list(request)})
        offer_undo(request, _said(len(batch.before)), f"{undo}?{query}")
        return redirect(_list(request))
    context = {"form": form, "chosen": chosen, "list_url": _list(request)}
    return render(request, "stakeholders/impact_bulk.html", context)


@require_POST
@requires("register.write")
def impact_bulk_undo(request: ScopedRequest, pk: int) -> HttpResponse:
    """Give the impacts of a bulk edit back what they held; 403 if one may only be read by now."""
    batches = ImpactBatch.objects.filter(programme=request.programme, by=user_in(request))
    batch = get_object_or_404(batches, pk=pk)
    _refuse_to_write(request, batch.impacts)
    done = undo_together(batch, user_in(request), database_now())
    messages.success(request, _undone(done, len(batch.before) - done))
    return redirect(_list(request))


def _list(request: ScopedRequest) -> str:
    """Return the list as it was filtered when the impacts were chosen."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return own_path(wanted) or reverse("dashboards:impact-list", args=[request.programme.slug])


def _chosen(request: ScopedRequest) -> list[Impact]:
    """Return the chosen impacts in view.

    404 if none of them is in view; 403 if one of them may only be read.
    """
    sent = request.POST if request.method == "POST" else request.GET
    keys = [key for key in sent.getlist("impacts") if is_key(key)]
    found = list(Impact.objects.within(request.scope).present().filter(pk__in=keys[: MOST + 1]))
    if keys and not found:
        raise Http404
    _refuse_to_write(request, found)
    return found


def _refuse_to_write(request: ScopedRequest, impacts: Iterable[Impact]) -> None:
    if not all(request.scope.writes(one.stream_id, "register.write") for one in impacts):
        raise PermissionDenied


def _edited(request: ScopedRequest, form: BulkForm, chosen: list[Impact]) -> ImpactBatch | None:
    keys, now = [impact.pk for impact in chosen], database_now()
    batch: ImpactBatch | None = accepts(
        form, edit_together, request.programme, keys, form.values(), user_in(request), now
    )
    return batch


def _said(count: int) -> str:
    text = ngettext("%(n)s impact changed.", "%(n)s impacts changed.", count)
    return text % {"n": formats.number(count)}


def _undone(done: int, left: int) -> str:
    text = ngettext("%(n)s impact restored.", "%(n)s impacts restored.", done)
    said = text % {"n": formats.number(done)}
    if not left:
        return said
    more = ngettext(
        "%(n)s has changed since and stays as it is.",
        "%(n)s have changed since and stay as they are.",
        left,
    )
    return f"{said} {more % {'n': formats.number(left)}}"
