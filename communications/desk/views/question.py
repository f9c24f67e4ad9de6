"""Asking back before a decision, and answering."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communications.approvals.models import Question
from communications.approvals.services import question as questions
from communications.desk.forms.reason import ReasonForm
from communications.desk.views.approval import (
    approval_in_view,
    ask_again,
    back,
    reasoned,
    title_in,
)
from communications.messages.models import Approval
from programmes.access import ScopedRequest, requires


@require_POST
@requires("approval.decide")
def question_ask(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask who wants the decision; the version goes on waiting."""
    version = approval_in_view(request, pk)
    form = ReasonForm(
        request.POST,
        label=_("What do you want to know?"),
        empty=_("Enter what you want to know before you decide."),
    )
    if reasoned(form, questions.ask_back, version, request) is None:
        title = _("Question about “%(title)s”") % {"title": title_in(request, version)}
        return ask_again(request, form, version.message, title, _("Send question"))
    messages.success(request, _("Question sent. The decision stays open."))
    return back(request, version.message)


@require_POST
@requires("approval.ask")
def question_answer(request: ScopedRequest, pk: int) -> HttpResponse:
    """Answer a question about a version."""
    seen = Approval.objects.within(request.scope)
    found = Question.objects.filter(approval__in=seen).select_related(
        "approval__message__programme"
    )
    question = get_object_or_404(found, pk=pk)
    form = ReasonForm(
        request.POST,
        label=_("Your answer"),
        empty=_("Enter an answer, so that a decision can be made."),
    )
    message = question.approval.message
    if reasoned(form, questions.answer, question, request) is None:
        title = _("Answer a question about “%(title)s”") % {
            "title": title_in(request, question.approval)
        }
        return ask_again(request, form, message, title, _("Send answer"))
    messages.success(request, _("Answer sent."))
    return back(request, message)
