"""What happened to the versions of a message, as sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from communications.approvals.models import Question
from communications.approvals.queries.undone import Undone, undone_on
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
    """Return the steps of all versions, the latest first, in four queries at most."""
    found = message.approvals.select_related("asked_by", "decided_by", "decided_for")
    versions = list(found.defer("content"))
    asked = Question.objects.filter(approval__message=message)
    questions = asked.select_related("approval", "asked_by", "answered_by").defer(
        "approval__content"
    )
    events = [event for version in versions for event in _events(version)]
    events += [event for question in questions for event in _talk(question)]
    numbers = {version.pk: version.version for version in versions}
    events += [event for one in undone_on(versions) for event in _undone(one, numbers)]
    # Oldest first, then turned round: of two steps of one instant the later stays on top.
    return sorted(events, key=lambda event: event.when)[::-1]


def _events(version: Approval) -> Iterator[Event]:
    words = {"name": version.asked_by or _("Someone"), "version": version.version}
    yield Event(
        version.asked_at,
        version.asked_by,
        _("%(name)s asked for approval of version %(version)s") % words,
        "waiting" if version.state == Approval.State.WAITING else "",
    )
    if version.decided_at:
        words["name"] = version.decided_by or _("Someone")
        sentence, state = _decision(version.state)
        said = _for(sentence % words, version.decided_for)
        yield Event(version.decided_at, version.decided_by, said, state, version.reason)


def _for(said: str, principal: object) -> str:
    """Return what was decided, and for whom, if for anybody."""
    words = {"sentence": said, "principal": principal}
    return _("%(sentence)s on behalf of %(principal)s") % words if principal else said


def _undone(one: Undone, numbers: Mapping[int, int]) -> Iterator[Event]:
    words = {"name": one.by or _("Someone"), "version": numbers[one.version]}
    sentence, _state = _decision(one.state)
    yield Event(one.at, one.by, _for(sentence % words, one.principal), reason=one.reason)
    words["name"] = one.undone_by or _("Someone")
    if one.state == Approval.State.APPROVED:
        said = _("%(name)s undid the approval of version %(version)s") % words
    else:
        said = _("%(name)s undid the refusal of version %(version)s") % words
    yield Event(one.undone_at, one.undone_by, said)


def _talk(question: Question) -> Iterator[Event]:
    words = {
        "name": question.asked_by or _("Someone"),
        "version": question.approval.version,
    }
    asked = _("%(name)s asked a question about version %(version)s") % words
    yield Event(question.asked_at, question.asked_by, asked, reason=question.text)
    if question.answered_at:
        words["name"] = question.answered_by or _("Someone")
        answered = _("%(name)s answered a question about version %(version)s") % words
        yield Event(question.answered_at, question.answered_by, answered, reason=question.answer)


def _decision(state: str) -> tuple[str, str]:
    """Return sentence and status of a decided version."""
    return {
        Approval.State.APPROVED: (_("%(name)s approved version %(version)s"), "approved"),
        Approval.State.REFUSED: (_("%(name)s refused version %(version)s"), "refused"),
        Approval.State.WITHDRAWN: (_("%(name)s withdrew version %(version)s"), "withdrawn"),
        Approval.State.REPLACED: (
            _("%(name)s approved version %(version)s, since replaced by a newer one"),
            "",
        ),
    }[Approval.State(state)]
