"""Deciding on what streams need, and on overrides that expire."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm, Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communications.approvals.services.need import hand_over_and_tell
from onelift.dashboards.overview.queries.away import colleagues_of
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.back import own_path
from programmes.design.undo import offer_undo
from programmes.forms.decision import NeedForm, RenewalForm
from programmes.forms.refusal import accepts
from programmes.models import Override, StreamUpdate
from programmes.queries.decisions import DECIDE
from programmes.services.readiness import let_expire, renew_override, undo_on_override
from programmes.services.readiness import stop_override as stop
from programmes.services.update import answer_need, undo_answer
from programmes.views.typed import typed_again
from stakeholders.accounts.access import principal_of
from stakeholders.models import User


@require_POST
@requires("need.answer")
def need_answer(request: ScopedRequest, pk: int) -> HttpResponse:
    """Answer what a stream needs, or hand it to somebody who will."""
    needs = StreamUpdate.objects.within(request.scope).in_need().answerable(request.scope)
    need, user = get_object_or_404(needs, pk=pk), cast(User, request.user)
    form = NeedForm(request.POST, users=colleagues_of(request.programme, user))
    if not (form.is_valid() and _answered(request, form, need)):
        title = _("What “%(stream)s” needs") % {"stream": need.stream.name}
        return _again(request, form, title, _("Send answer"))
    return _back(request)


def _answered(request: ScopedRequest, form: NeedForm, need: StreamUpdate) -> bool:
    """Answer a need or hand it over, and say so; the form says why if it is refused."""
    to, words = form.cleaned_data["handed_to"], form.cleaned_data["answer"]
    if to and _accepts(request, form, hand_over_and_tell, need, to):
        text = _("Handed over to %(name)s, who will answer for you.")
        messages.success(request, text % {"name": to})
    elif not to and _accepts(request, form, answer_need, need, words):
        _say(request, _("Your answer is on the stream’s page."), "need-undo", need.pk)
    return form.is_valid()


@require_POST
@requires("need.answer")
def need_undo(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take the user's own answer to a need back."""
    needs = StreamUpdate.objects.within(request.scope).sent()
    found = needs if request.scope.may(DECIDE) else needs.filter(answered_by=request.scope.user_id)
    return _undone(request, undo_answer, get_object_or_404(found, pk=pk))


@require_POST
@requires("approval.decide")
def override_undo(request: ScopedRequest, pk: int) -> HttpResponse:
    """Undo what the user decided on an override."""
    found = Override.objects.within(request.scope)
    return _undone(request, undo_on_override, get_object_or_404(found, pk=pk))


def _undone(request: ScopedRequest, verb: Callable[..., Any], row: Model) -> HttpResponse:
    try:
        verb(row, request.user, database_now())
        messages.success(request, _("Undone. The decision is open again."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return _back(request)


def _say(request: ScopedRequest, sentence: str, undo: str, pk: int) -> None:
    """Say what was decided, and offer to undo it."""
    url = reverse(f"dashboards:{undo}", args=[request.programme.slug, pk])
    query = urlencode({"next": own_path(request.POST.get("next") or "")})
    offer_undo(request, sentence, f"{url}?{query}")


@require_POST
@requires("approval.decide")
def override_decide(request: ScopedRequest, pk: int) -> HttpResponse:
    """Renew an override that expires, end it now, or let it expire."""
    found = Override.objects.within(request.scope).select_related("wave")
    override = get_object_or_404(found, pk=pk)
    if "end" in request.POST and _took(request, stop, override):
        text = _("The rules of %(wave)s apply again.") % {"wave": override.wave}
        _say(request, text, "override-undo", override.pk)
    elif "leave" in request.POST and _took(request, let_expire, override):
        text = _("The override ends after its last day.")
        _say(request, text, "override-undo", override.pk)
    elif "renew" in request.POST:
        return _renew(request, override)
    return _back(request)


def _renew(request: ScopedRequest, override: Override) -> HttpResponse:
    form = RenewalForm(request.POST)
    until_on = form.cleaned_data["until_on"] if form.is_valid() else None
    renewed = until_on and _accepts(request, form, renew_override, override, until_on)
    if not renewed:
        title = _("Override of %(wave)s") % {"wave": override.wave}
        return _again(request, form, title, _("Renew override"))
    _say(request, _("The override is renewed."), "override-undo", renewed.pk)
    return _back(request)


def _took(request: ScopedRequest, verb: Callable[..., Any], *args: object) -> Any:
    """Take a step in the name of the user, for whom they decide; or say why it was refused."""
    try:
        return verb(*args, *_decider(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return None


def _accepts(
    request: ScopedRequest, form: BaseForm, verb: Callable[..., Any], *args: object
) -> Any:
    """Take a step with what a form holds, which says why if it is refused."""
    return accepts(form, verb, *args, *_decider(request))


def _decider(request: ScopedRequest) -> tuple[User, datetime, User | None]:
    """Return who decides, when, and for whom."""
    now, user = database_now(), cast(User, request.user)
    return user, now, principal_of(user, request.programme, now)


def _again(request: ScopedRequest, form: Form, title: str, save: str) -> HttpResponse:
    """Show a form that was not taken, with what was typed, and the way back to its page."""
    return typed_again(request, form, title=title, save=save, cancel_url=_page(request))


def _page(request: ScopedRequest) -> str:
    """Return the page that the step was taken on, or that of all decisions."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return own_path(wanted) or reverse("dashboards:decisions-show", args=[request.programme.slug])


def _back(request: ScopedRequest) -> HttpResponse:
    return redirect(_page(request))
