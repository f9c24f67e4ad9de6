"""Asking for a decision, deciding, taking back. Each step answers with the page it came from."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from communications.approvals.services import approval as approvals
from communications.approvals.services.undoing import undo_decision
from communications.approvals.views.step import taken
from communications.desk.forms.reason import ReasonForm
from communications.desk.views.message import message_in_view
from communications.dispatches.sources import title_of
from communications.messages.models import Approval, Message
from communications.messages.services.refusal import RefusedError
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.back import next_path
from programmes.design.undo import offer_undo
from programmes.views.typed import typed_again


@require_POST
@requires("approval.ask")
def approval_ask(request: ScopedRequest, pk: int) -> HttpResponse:
    """Freeze the message as it is and let it wait for the CIO."""
    message = message_in_view(request, pk)
    version = taken(request, approvals.ask, message, request.user, database_now())
    if version:
        sentence = _("Version %(version)s is waiting for the CIO, who is notified by email.")
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
    form = ReasonForm(
        request.POST,
        label=_("Reason for refusal"),
        empty=_("Enter a reason, so that the author knows what to change."),
    )
    if reasoned(form, approvals.refuse, version, request) is None:
        title = _("Refusal of “%(title)s”") % {"title": title_in(request, version)}
        return ask_again(request, form, version.message, title, _("Send refusal"))
    say_decided(request, version, _("“%(title)s” is refused."))
    return back(request, version.message, version)


@require_POST
@requires("approval.decide")
def approval_undo(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take the user's own decision of the last minutes back."""
    version = approval_in_view(request, pk)
    if taken(request, undo_decision, version, request.user, database_now()):
        messages.success(request, _("Undone. Your decision is open again."))
    return back(request, version.message)


@require_POST
@requires("approval.decide")
def approval_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    """Stop the sending of an approved version, with a reason."""
    version = approval_in_view(request, pk)
    form = ReasonForm(
        request.POST,
        label=_("Reason for withdrawal"),
        empty=_("Enter a reason, so that everyone knows why sending stopped."),
    )
    stopped = reasoned(form, approvals.withdraw, version, request)
    if stopped is None:
        title = _("Withdrawal of “%(title)s”") % {"title": title_in(request, version)}
        return ask_again(request, form, version.message, title, _("Withdraw and stop sending"))
    say_stopped(request, stopped)
    return back(request, version.message)


def approval_in_view(request: ScopedRequest, pk: int) -> Approval:
    """Return a version of a message of the programme within the scope, or answer 404."""
    found = Approval.objects.within(request.scope)
    return get_object_or_404(found.select_related("message"), pk=pk)


def reasoned(form: ReasonForm, verb: Callable[..., Any], row: Model, request: ScopedRequest) -> Any:
    """Take a step with the words that were typed; None if it is refused: the form says why."""
    if not form.is_valid():
        return None
    try:
        return verb(row, request.user, form.cleaned_data["reason"], database_now())
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return None


def ask_again(
    request: ScopedRequest, form: ReasonForm, message: Message, title: str, save: str
) -> HttpResponse:
    """Show a form that was not taken, with what was typed, and the way back to its page."""
    page = page_of(request, message)
    return typed_again(request, form, title=title, save=save, cancel_url=page)


def title_in(request: ScopedRequest, version: Approval) -> str:
    """Return the title of the message of a version, as the reader knows it."""
    return title_of(version.message, request.scope, version.message.title)


def say_decided(request: ScopedRequest, version: Approval, sentence: str) -> None:
    """Say what was decided, and offer to undo it, unless the page that comes next does."""
    if request.POST.get("line"):
        return
    url = reverse("communications:approval-undo", args=[request.programme.slug, version.pk])
    query = urlencode({"next": next_path(request)})
    offer_undo(request, sentence % {"title": title_in(request, version)}, f"{url}?{query}")


def say_stopped(request: ScopedRequest, count: int) -> None:
    """Say how many mails do not leave."""
    sentence = ngettext(
        "Withdrawn. %(number)s unsent email cancelled.",
        "Withdrawn. %(number)s unsent emails cancelled.",
        count,
    )
    messages.success(request, sentence % {"number": formats.number(count)})


def page_of(request: ScopedRequest, message: Message) -> str:
    """Return the page that a step was taken on, or that of the message."""
    own = reverse("communications:message-show", args=[request.programme.slug, message.pk])
    return next_path(request) or own


def back(request: ScopedRequest, message: Message, seen: Approval | None = None) -> HttpResponse:
    """Go back to the page the step was taken on, or to the message.

    Where ``seen`` is no longer the version to decide on, that page learns which one was seen.
    """
    page = page_of(request, message)
    if seen and seen.is_outdated:
        page += f"{'&' if '?' in page else '?'}changed={seen.pk}"
    return redirect(page)
