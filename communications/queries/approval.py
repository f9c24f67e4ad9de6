"""What waits for a decision, and what was decided a moment ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from communications.models import Approval
from communications.models.message import title_in
from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.models import User
from stakeholders.models.audience import people_of


@dataclass(frozen=True)
class Decision:
    """One version that waits, with what its decider wants to know first."""

    approval: Approval
    people: int
    languages: int
    may_decide: bool

    @property
    def title(self) -> str:
        """Return the title of the version that waits."""
        return title_in(self.approval.content)


def decisions(programme: Programme, scope: Scope, user: User) -> list[Decision]:
    """Return what waits in a programme, oldest first; two queries and one count each."""
    waiting = (
        Approval.objects.within(scope)
        .waiting()
        .filter(message__programme=programme)
        .select_related("message", "asked_by")
        .order_by("asked_at")
    )
    return [decision_on(approval, scope, user) for approval in waiting]


def decision_on(approval: Approval, scope: Scope, user: User) -> Decision:
    """Return one version with its facts."""
    wrote = user.pk in (approval.asked_by_id, approval.message.written_by_id)
    return Decision(
        approval=approval,
        people=people_of(approval.content["rule"]).within(scope).count(),
        languages=len(approval.content["languages"]),
        may_decide=scope.may("approval.decide") and not wrote,
    )


def just_decided(programme: Programme, user: User, now: datetime) -> list[Approval]:
    """Return the user's own decisions that can still be taken back."""
    since = now - timedelta(minutes=settings.SEND_QUIET_MINUTES)
    undoable = [Approval.State.APPROVED, Approval.State.REFUSED]
    return list(
        Approval.objects.filter(
            message__programme=programme, decided_by=user, decided_at__gte=since, state__in=undoable
        ).select_related("message")
    )
