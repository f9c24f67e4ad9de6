"""What waits for a decision, and what was decided a moment ago."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from communications.messages.models import Approval
from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.models import User

UNDO_SECONDS = 10


@dataclass(frozen=True)
class Decision:
    """One version that waits, with what its decider wants to know first.

    ``subject`` is in the reader's language if the version has it.
    """

    approval: Approval
    subject: str
    people: int
    languages: int
    may_decide: bool


def waiting_of(versions: Iterable[Approval]) -> list[Approval]:
    """Return those that nobody has decided."""
    return [version for version in versions if version.state == Approval.State.WAITING]


def decision_on(
    approval: Approval, people: int, scope: Scope, user: User, signer: User | None = None
) -> Decision:
    """Return one version with its facts; ``people`` are those in view whom it means.

    Where it is sent in the name of a CIO, the ``signer``, nobody else decides.
    """
    return Decision(
        approval=approval,
        subject=approval.frozen.title,
        people=people,
        languages=len(approval.frozen.languages),
        may_decide=(
            scope.may("approval.decide")
            and user.pk not in approval.authors
            and signer in (None, user)
        ),
    )


@dataclass(frozen=True)
class Done:
    """A decision of the last minutes by the user or in their name, with its title back then.

    ``seconds`` are left until the offer to undo it leaves the page, where it is still fresh;
    none for what a delegate decided.
    """

    approval: Approval
    subject: str
    seconds: int


def done_lines(programme: Programme, user: User, now: datetime) -> list[Done]:
    """Return what the user just decided, the latest first, to be shown with the way back."""
    return [
        Done(each, each.frozen.title, _seconds_left(each, now) if each.decided_by == user else 0)
        for each in sorted(just_decided(programme, user, now), key=_decided_at, reverse=True)
    ]


def with_title(done: Done, titles: Mapping[int, str]) -> Done:
    """Return a decision whose message may have a title of its own, by the id of the message."""
    return replace(done, subject=titles.get(done.approval.message_id, done.subject))


def _decided_at(approval: Approval) -> datetime:
    return approval.decided_at or approval.asked_at


def _seconds_left(approval: Approval, now: datetime) -> int:
    since = now - (approval.decided_at or now)
    return max(0, UNDO_SECONDS - int(since.total_seconds()))


def just_decided(programme: Programme, user: User, now: datetime) -> list[Approval]:
    """Return the decisions by the user, or in their name, that can still be taken back."""
    since = now - timedelta(minutes=settings.SEND_QUIET_MINUTES)
    undoable = [Approval.State.APPROVED, Approval.State.REFUSED]
    own = Q(decided_by=user) | Q(decided_for=user)
    found = Approval.objects.filter(
        own, message__programme=programme, decided_at__gte=since, state__in=undoable
    )
    return list(found.select_related("message", "decided_by").order_by("-decided_at", "-pk"))


def approved_since(scope: Scope, since: datetime) -> list[Approval]:
    """Return the versions in view that were approved since a moment and stand (one query)."""
    standing = Approval.objects.within(scope).standing()
    found = standing.filter(decided_at__gte=since)
    return list(found.select_related("message").order_by("decided_at", "pk"))


def history_of(scope: Scope) -> QuerySet[Approval]:
    """Return the decided versions in view, the latest decision first."""
    decided = Approval.objects.within(scope).filter(decided_at__isnull=False)
    return decided.select_related("message", "decided_by", "decided_for").order_by(
        "-decided_at", "-pk"
    )
