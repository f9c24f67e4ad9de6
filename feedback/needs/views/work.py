"""Studying, answering and joining needs, each with its undo."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communications.dispatches.services.in_doubt import confirm, try_again
from communications.dispatches.services.waking import wake_senders
from communications.models import Act
from feedback.needs.models import Need, NeedMail
from feedback.needs.services.answering import answer, reopen
from feedback.needs.services.joining import join, separate
from feedback.needs.services.studying import study, undo_study
from feedback.needs.views.need import (
    answer_form,
    need_in_view,
    need_to_write,
    one_page,
    study_form,
)
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.undo import offer_undo
from programmes.forms.refusal import accepts


@require_POST
@requires("need.write")
def need_study(request: ScopedRequest, pk: int) -> HttpResponse:
    """Say who answers a need until when."""
    need = need_to_write(request, pk)
    form = study_form(need, request.POST)
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        if accepts(form, study, need, form.study, request.user, database_now(), seen):
            said = _("%(name)s is the owner.") % {"name": form.study.owner}
            return _done(request, need, said, "feedback:need-study-undo")
    return one_page(request, need_in_view(request, pk), study=form)


@require_POST
@requires("need.write")
def need_study_undo(request: ScopedRequest, pk: int) -> HttpResponse:
    """Put back who was to answer before."""
    return _undone(request, undo_study, need_to_write(request, pk))


@require_POST
@requires("need.write")
def need_answer(request: ScopedRequest, pk: int) -> HttpResponse:
    """Answer a need; whoever reported it is told some minutes later."""
    need = need_to_write(request, pk)
    form = answer_form(need, request.POST)
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        if accepts(form, answer, need, form.answer, request.user, database_now(), seen):
            said = _("Need answered. The email leaves in five minutes.")
            return _done(request, need, said, "feedback:need-answer-undo")
    return one_page(request, need_in_view(request, pk), answer=form)


@require_POST
@requires("need.write")
def need_answer_undo(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take the user's own answer back before it has left."""
    return _undone(request, reopen, need_to_write(request, pk))


@require_POST
@requires("need.write")
def need_join(request: ScopedRequest, pk: int, other: int) -> HttpResponse:
    """Let a need count for another one, with which it is answered."""
    need, lead = need_to_write(request, pk), need_to_write(request, other)
    try:
        join(need, lead, _user(request), database_now())
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
        return redirect("feedback:need-show", request.programme.slug, pk)
    undo = reverse("feedback:need-separate", args=[request.programme.slug, pk])
    offer_undo(request, _("The two needs are joined."), undo)
    return redirect("feedback:need-show", request.programme.slug, other)


@require_POST
@requires("need.write")
def need_separate(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let a need stand by itself again."""
    return _undone(request, separate, need_to_write(request, pk))


@require_POST
@requires("dispatch.resolve")
def need_mail_delivered(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take somebody's word that an email in doubt arrived."""
    confirm(_mail_in(request, pk), Act.DELIVERED, _user(request), database_now())
    return redirect("feedback:need-show", request.programme.slug, pk)


@require_POST
@requires("dispatch.resolve")
def need_mail_again(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send an email in doubt again, on somebody's risk that it arrives twice."""
    mail, now = _mail_in(request, pk), database_now()
    try_again(mail, Act.AGAIN, _user(request), now, wake_senders)
    return redirect("feedback:need-show", request.programme.slug, pk)


def _mail_in(request: ScopedRequest, pk: int) -> NeedMail:
    """Return the email with the answer to a need in view; 404 without."""
    need = need_in_view(request, pk)
    return get_object_or_404(NeedMail, need=need, kind=NeedMail.Kind.ANSWER)


def _done(request: ScopedRequest, need: Need, said: str, undo: str) -> HttpResponse:
    """Lead to the page of a need, which says what was done and offers to undo it."""
    where = [request.programme.slug, need.pk]
    offer_undo(request, said, reverse(undo, args=where))
    return redirect("feedback:need-show", *where)


def _undone(request: ScopedRequest, verb: Callable[..., Any], need: Need) -> HttpResponse:
    """Undo something, or say why it cannot be undone."""
    try:
        verb(need, request.user, database_now())
        messages.success(request, _("Undone."))
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    return redirect("feedback:need-show", request.programme.slug, need.pk)


def _user(request: ScopedRequest) -> Any:
    return request.user
