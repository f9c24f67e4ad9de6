"""Deciding on an adaptation, and agreeing to leave a key point out of it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from communications.adaptations.services import deciding, points
from communications.adaptations.services.following import left_out
from communications.approvals.views.step import taken
from communications.desk.forms.reason import ReasonForm
from communications.desk.views.approval import reasoned
from communications.messages.models import Adaptation, AdaptationVersion, DroppedPoint
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.back import next_path
from programmes.design.undo import offer_undo
from programmes.views.typed import typed_again


@require_POST
@requires("approval.decide")
def approve(request: ScopedRequest, pk: int) -> HttpResponse:
    """Approve exactly the content that was shown; it can be undone for five minutes."""
    version = version_in_view(request, pk)
    seen = request.POST.get("fingerprint", "")
    if taken(request, deciding.approve, version, request.user, seen, database_now()):
        _say_decided(request, version, _("%(title)s is approved."))
    return _back(request, version.adaptation)


@require_POST
@requires("approval.decide")
def refuse(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send a version back with a reason."""
    version = version_in_view(request, pk)
    form = ReasonForm(
        request.POST,
        label=_("Reason for refusal"),
        empty=_("Enter a reason, so that the author knows what to change."),
    )
    if reasoned(form, deciding.refuse, version, request) is None:
        return _again(request, form, version.adaptation, _("Send refusal"))
    _say_decided(request, version, _("%(title)s is refused."))
    return _back(request, version.adaptation)


@require_POST
@requires("approval.decide")
def withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let the people of an approved version get the core again, with a reason."""
    version = version_in_view(request, pk)
    form = ReasonForm(
        request.POST,
        label=_("Reason for withdrawal"),
        empty=_("Enter a reason, so that everyone knows why sending stopped."),
    )
    if reasoned(form, deciding.withdraw, version, request) is None:
        return _again(request, form, version.adaptation, _("Withdraw"))
    messages.success(request, _withdrawn(version))
    return _back(request, version.adaptation)


@require_POST
@requires("approval.decide")
def undo(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take the user's own decision of the last minutes back."""
    version = version_in_view(request, pk)
    if taken(request, deciding.undo, version, request.user, database_now()):
        messages.success(request, _("Undone. Your decision is open again."))
    return _back(request, version.adaptation)


@require_POST
@requires("adaptation.agree")
def agree(request: ScopedRequest, pk: int) -> HttpResponse:
    """Agree that an adaptation does without a key point."""
    point = point_in_view(request, pk)
    if taken(request, points.agree, point, request.user, database_now()):
        messages.success(request, _("You agreed to leave this key point out."))
    return _back(request, point.adaptation)


@require_POST
@requires("adaptation.agree")
def disagree(request: ScopedRequest, pk: int) -> HttpResponse:
    """Say that a key point must stay, and why."""
    point = point_in_view(request, pk)
    form = ReasonForm(
        request.POST,
        label=_("Why must it stay?"),
        empty=_("Enter a reason, so that the author knows what to change."),
    )
    if reasoned(form, points.disagree, point, request) is None:
        return _again(request, form, point.adaptation, _("Leave in"))
    messages.success(request, _("The key point stays. The writer sees your reason."))
    return _back(request, point.adaptation)


def _withdrawn(version: AdaptationVersion) -> str:
    """Say who gets the core from now on, and how many were left without an email already."""
    words = [_("Withdrawn. Its people get the core message from now on.")]
    if without := 0 if version.frozen.has_email else left_out(version).count():
        sentence = ngettext(
            "%(number)s person has already been left out of the email and does not get it.",
            "%(number)s people have already been left out of the email and do not get it.",
            without,
        )
        words.append(sentence % {"number": formats.number(without)})
    return " ".join(words)


def version_in_view(request: ScopedRequest, pk: int) -> AdaptationVersion:
    """Return a version of an adaptation within the scope, or answer 404."""
    found = AdaptationVersion.objects.within(request.scope)
    return get_object_or_404(found.select_related("adaptation__message__programme"), pk=pk)


def point_in_view(request: ScopedRequest, pk: int) -> DroppedPoint:
    """Return a dropped key point of an adaptation within the scope, or answer 404."""
    found = DroppedPoint.objects.within(request.scope)
    return get_object_or_404(found.select_related("adaptation__message__programme"), pk=pk)


def _say_decided(request: ScopedRequest, version: AdaptationVersion, sentence: str) -> None:
    url = reverse("communications:adaptation-undo", args=[request.programme.slug, version.pk])
    query = urlencode({"next": next_path(request)})
    offer_undo(request, sentence % {"title": version.title}, f"{url}?{query}")


def _again(
    request: ScopedRequest, form: ReasonForm, adaptation: Adaptation, save: str
) -> HttpResponse:
    """Show a form that was not taken, with what was typed."""
    title, page = f"{adaptation.message.title}: {adaptation}", _page(request, adaptation)
    return typed_again(request, form, title=title, save=save, cancel_url=page)


def _page(request: ScopedRequest, adaptation: Adaptation) -> str:
    own = reverse("communications:adaptation-show", args=[request.programme.slug, adaptation.pk])
    return next_path(request) or own


def _back(request: ScopedRequest, adaptation: Adaptation) -> HttpResponse:
    return redirect(_page(request, adaptation))
