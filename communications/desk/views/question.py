"""Asking back before a decision, and answering."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communications.approvals.models import Question
from communications.approvals.services import question as questions
from communications.desk.views.approval import approval_in_view, back, reason_in, taken
from communications.messages.models import Approval
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now


@require_POST
@requires("approval.decide")
def question_ask(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask who wants the decision; the version goes on waiting."""
    version = approval_in_view(request, pk)
    text = reason_in(request, _("Write what you want to know before you decide."))
    if text and taken(request, questions.ask_back, version, request.user, text, database_now()):
        messages.success(request, _("Your question is sent. The decision goes on waiting for you."))
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
    text = reason_in(request, _("Write an answer, so that it can be decided."))
    if text and taken(request, questions.answer, question, request.user, text, database_now()):
        messages.success(request, _("Your answer is sent."))
    return back(request, question.approval.message)
