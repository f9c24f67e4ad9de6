"""A question back before a decision, and its answer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from communications.approvals.models import Question
from communications.approvals.services.notice import announce, announce_question
from communications.messages.models import Approval
from communications.messages.services.refusal import RefusedError
from programmes.services.trail import write_change
from stakeholders.models import User


@transaction.atomic
def ask_back(approval: Approval, user: User, text: str, now: datetime) -> Question:
    """Ask those who want the decision; the version goes on waiting, and they learn by mail.

    Raises:
        RefusedError: it is decided already, or the user wrote it.
    """
    if user.pk in approval.authors:
        raise RefusedError(_("You wrote this message, so you would be asking yourself."))
    # Whoever decides at the same moment waits until the question is there, or was first.
    if Approval.objects.select_for_update().waiting().filter(pk=approval.pk).first() is None:
        raise RefusedError(_("This version has already been decided on."))
    question = Question.objects.create(approval=approval, text=text, asked_by=user, asked_at=now)
    of = approval.message.programme_id
    write_change(question, {}, {"text": text}, user, now, of=of)
    announce_question(question, now)
    return question


@transaction.atomic
def answer(question: Question, user: User, text: str, now: datetime) -> Question:
    """Answer a question; who decides learns by mail that it waits for them again.

    Raises:
        RefusedError: somebody was faster, or the version is decided.
    """
    written = (
        Question.objects.open()
        .filter(pk=question.pk)
        .update(answer=text, answered_by=user, answered_at=now)
    )
    if not written:
        raise RefusedError(_("This has already been answered or decided."))
    of = question.approval.message.programme_id
    write_change(question, {"answer": ""}, {"answer": text}, user, now, of=of)
    announce(question.approval.message.programme, now)
    question.refresh_from_db()
    return question
