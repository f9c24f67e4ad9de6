"""Asking for a decision, deciding, taking back. Each step answers with the page it came from."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from communications.approvals.services import approval as approvals
from communications.desk.forms.text import ReasonForm
from communications.desk.views.message import message_in_view
from communications.dispatches.sources import title_of
from communications.messages.models import Approval, Message
from communications.messages.services.refusal import RefusedError
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.back import own_path
from programmes.design.undo import offer_undo


@require_POST
@requires("approval.ask")
def approval_ask(request: ScopedRequest, pk: int) -> HttpResponse:
    """Freeze the message as it is and let it wait for the CIO."""
    message = message_in_view(request, pk)
    version = taken(request, approvals.ask, message, request.user, database_now())
    if version:
        sentence = _("Version %(version)s waits for the CIO, who learns by mail.")
        messages.success(request, sentence % {"version": version.version})
    return back(request, message)


@require_POST
@requires("approval.decide")
def approval_approve(request: ScopedRequest, pk: int) -> HttpResponse:
    """Approve exactly the content that was shown; it can be undone for five minutes."""
    version = approval_in_view(request, pk)
    seen = request.POST.get("fingerprint", "")
    if taken(request, approvals.approve, version, request.user, seen, database_now()):
        say_decided(request, version, _("“%(title)s” is approved."))
    return back(request, version.message, version)


@require_POST
@requires("approval.decide")
def approval_refuse(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send a version back with a reason."""
    version = approval_in_view(request, pk)
    reason = reason_in(request, _("Write why you refuse, so that the writer knows what to change."))
    if reason and taken(request, approvals.refuse, version, request.user, reason, database_now()):
        say_decided(request, version, _("“%(title)s” is refused."))
    return back(request, version.message, version)


@require_POST
@requires("approval.decide")
def approval_undo(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take the user's own decision of the last minutes back."""
    version = approval_in_view(request, pk)
    if taken(request, approvals.undo_decision, version, request.user, database_now()):
        messages.success(request, _("Undone. It waits for your decision again."))
    return back(request, version.message)


@require_POST
@requires("approval.decide")
def approval_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    """Stop the sending of an approved version, with a reason."""
    version = approval_in_view(request, pk)
    reason = reason_in(request, _("Write why you withdraw it, so that all know why it stopped."))
    if reason:
        stopped = taken(request, approvals.withdraw, version, request.user, reason, database_now())
        if stopped is not None:
            say_stopped(request, stopped)
    return back(request, version.message)


def approval_in_view(request: ScopedRequest, pk: int) -> Approval:
    """Return a version of a message of the programme within the scope, or answer 404."""
    found = Approval.objects.within(request.scope)
    return get_object_or_404(found.select_related("message"), pk=pk)


def taken(request: ScopedRequest, verb: Callable[..., Any], *args: object) -> Any:
    """Take a step; return what it gives, or None after saying what to do instead."""
    try:
        return verb(*args)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return None


def reason_in(request: ScopedRequest, sentence: str) -> str:
    """Return the reason that was typed, or nothing after asking for one."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        return str(form.cleaned_data["reason"])
    messages.error(request, sentence)
    return ""


def say_decided(request: ScopedRequest, version: Approval, sentence: str) -> None:
    """Say what was decided, and offer to undo it, unless the page that comes next does."""
    if request.POST.get("line"):
        return
    url = reverse("communications:approval-undo", args=[request.programme.slug, version.pk])
    query = urlencode({"next": next_path(request)})
    title = title_of(version.message, request.scope, version.message.title)
    offer_undo(request, sentence % {"title": title}, f"{url}?{query}")


def say_stopped(request: ScopedRequest, count: int) -> None:
    """Say how many mails do not leave."""
    sentence = ngettext(
        "Withdrawn. %(number)s waiting mail is cancelled.",
        "Withdrawn. %(number)s waiting mails are cancelled.",
        count,
    )
    messages.success(request, sentence % {"number": formats.number(count)})


def next_path(request: ScopedRequest) -> str:
    """Return the path of this site that the form asks to go back to, or nothing."""
    return own_path(request.POST.get("next") or request.GET.get("next") or "")


def back(request: ScopedRequest, message: Message, seen: Approval | None = None) -> HttpResponse:
    """Go back to the page the step was taken on, or to the message.

    Where ``seen`` is no longer the version to decide on, that page learns which one was seen.
    """
    own = reverse("communications:message-show", args=[request.programme.slug, message.pk])
    page = next_path(request) or own
    if seen and seen.is_outdated:
        page += f"{'&' if '?' in page else '?'}changed={seen.pk}"
    return redirect(page)
