"""What happened to the versions of a message, as sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from communications.approvals.models import Question
from communications.messages.models import Approval, Message
from stakeholders.models import User


@dataclass(frozen=True)
class Event:
    """One step; ``state`` is a key of the status marks, or empty."""

    when: datetime
    person: User | None
    sentence: str
    state: str = ""
    reason: str = ""


def trail_of(message: Message) -> list[Event]:
    """Return the steps of all versions, the latest first, in two queries."""
    versions = message.approvals.select_related("asked_by", "decided_by").defer("content")
    asked = Question.objects.filter(approval__message=message)
    questions = asked.select_related("approval", "asked_by", "answered_by").defer(
        "approval__content"
    )
    events = [event for version in versions for event in _events(version)]
    events += [event for question in questions for event in _talk(question)]
    # Oldest first, then turned round: of two steps of one instant the later stays on top.
    return sorted(events, key=lambda event: event.when)[::-1]


def _events(version: Approval) -> Iterator[Event]:
    words = {"name": version.asked_by or _("Somebody"), "version": version.version}
    yield Event(
        version.asked_at,
        version.asked_by,
        _("%(name)s asked for the approval of version %(version)s") % words,
        "waiting" if version.state == Approval.State.WAITING else "",
    )
    if version.decided_at:
        words["name"] = version.decided_by or _("Somebody")
        sentence, state = _decision(version.state)
        yield Event(version.decided_at, version.decided_by, sentence % words, state, version.reason)


def _talk(question: Question) -> Iterator[Event]:
    words = {
        "name": question.asked_by or _("Somebody"),
        "version": question.approval.version,
    }
    asked = _("%(name)s asked a question about version %(version)s") % words
    yield Event(question.asked_at, question.asked_by, asked, reason=question.text)
    if question.answered_at:
        words["name"] = question.answered_by or _("Somebody")
        answered = _("%(name)s answered about version %(version)s") % words
        yield Event(question.answered_at, question.answered_by, answered, reason=question.answer)


def _decision(state: str) -> tuple[str, str]:
    """Return sentence and status of a decided version."""
    return {
        Approval.State.APPROVED: (_("%(name)s approved version %(version)s"), "approved"),
        Approval.State.REFUSED: (_("%(name)s refused version %(version)s"), "refused"),
        Approval.State.WITHDRAWN: (_("%(name)s withdrew version %(version)s"), "withdrawn"),
        Approval.State.REPLACED: (
            _("%(name)s approved version %(version)s, which a newer one has replaced"),
            "",
        ),
    }[Approval.State(state)]
