"""Decisions that several messages share: an event's mails, and blackouts that hold some back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from communications.approvals.services.approval import approve_together
from communications.approvals.services.blackout import (
    CHOICES,
    decide_on_blackout,
    undo_on_blackout,
)
from communications.approvals.views.step import taken
from communications.desk.views.approval import approval_in_view
from communications.messages.models import Approval
from communications.messages.models.approval import PASS, days_of
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.back import next_path
from programmes.design.fields import is_key
from programmes.design.undo import offer_undo
from programmes.models import Blackout


@require_POST
@requires("approval.decide")
def approval_together(request: ScopedRequest, pk: int) -> HttpResponse:
    """Approve a version and the others that were shown with it as one decision, or none."""
    versions = Approval.objects.within(request.scope).select_related("message__programme")
    seen = _seen(request)
    first = get_object_or_404(versions, pk=pk)
    found = [first, *versions.filter(pk__in=seen.keys() - {pk}).order_by("pk")]
    count = taken(request, approve_together, seen, found, request.user, database_now())
    if count:
        text = ngettext("%(n)d message approved.", "%(n)d messages approved.", count)
        messages.success(request, text % {"n": count})
    return _back(request)


def _seen(request: ScopedRequest) -> dict[int, str]:
    """Return the fingerprints that were shown, by the id of the version: ``12:ab34…``."""
    pairs = (each.partition(":") for each in request.POST.getlist("seen"))
    return {int(pk): seen for pk, _colon, seen in pairs if is_key(pk)}


@require_POST
@requires("approval.decide")
def blackout_decide(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let an approved message move out of a blackout, or pass it."""
    version, choice = approval_in_view(request, pk), request.POST.get("choice", "")
    key = request.POST.get("blackout", "")
    blackouts = Blackout.objects.within(request.scope)
    blackout = blackouts.filter(pk=key).first() if is_key(key) else None
    if choice not in CHOICES or blackout is None:
        messages.error(request, _("Choose whether to move the message or send it anyway."))
        return _back(request)
    days, now = days_of(blackout.span), database_now()
    if taken(request, decide_on_blackout, version, days, choice, request.user, now):
        said = (
            _("The message will be sent on its planned day.")
            if choice == PASS
            else _("The message is moved.")
        )
        url = reverse("communications:blackout-undo", args=[request.programme.slug, version.pk])
        offer_undo(request, said, f"{url}?{urlencode({'next': next_path(request)})}")
    return _back(request)


@require_POST
@requires("approval.decide")
def blackout_undo(request: ScopedRequest, pk: int) -> HttpResponse:
    """Undo what the user decided last about a message and a blackout."""
    version = approval_in_view(request, pk)
    if taken(request, undo_on_blackout, version, request.user, database_now()):
        messages.success(request, _("Undone. The decision is open again."))
    return _back(request)


def _back(request: ScopedRequest) -> HttpResponse:
    page = reverse("dashboards:decisions-show", args=[request.programme.slug])
    return redirect(next_path(request) or page)
