"""What becomes of the rows of a message once one of its adaptations is decided on."""

from datetime import datetime

from communications.dispatches.models import Delivery, Dispatch, NotSent
from communications.dispatches.models.dispatch import UNWEIGHED, DeliveryQuerySet
from communications.dispatches.services.budget import is_weighed
from communications.dispatches.services.text_wait import look_again
from communications.mailroom.models import State
from communications.mailroom.services.replanning import take_back, take_up_skipped
from communications.messages.models import AdaptationVersion, Approval
from communications.messages.queries.adaptation import in_force
from stakeholders.models import Person


def follow(version: AdaptationVersion, now: datetime) -> None:
    """Let what waits for its people be read again, also what a sender has claimed and not begun.

    Where a batch is read it is decided that they rest until the decision can be undone no more.
    People left without email by an earlier version are told after all, if this one goes by email.
    """
    rows = ledger_of(version)
    take_back(rows, now)
    look_again(rows)
    core = Approval.objects.standing().filter(message=version.message).first()
    if core and version.frozen.has_email and version in in_force(core).values():
        _tell_after_all(left_out(version), core, now)


def follow_undo(version: AdaptationVersion, decided_at: datetime | None, now: datetime) -> None:
    """Let what waits be read again, and whom the version left without email since its decision."""
    take_back(ledger_of(version), now)
    core = Approval.objects.standing().filter(message=version.message).first()
    if core and decided_at:
        _tell_after_all(left_out(version).filter(ended_at__gte=decided_at), core, now)


def _tell_after_all(rows: DeliveryQuerySet, core: Approval, now: datetime) -> None:
    """Plan again what may still leave; who is to get no email all the same is skipped again."""
    tries_at = UNWEIGHED if is_weighed(core) else None
    take_up_skipped(rows.filter(latest_at__gt=now), next_try_at=tries_at)


def left_out(version: AdaptationVersion) -> DeliveryQuerySet:
    """Return the rows of its people who got no email, since one was not meant for them."""
    people = Person.objects.filter(version.frozen.criteria.condition()).order_by()
    rows = ledger_of(version).filter(state=State.SKIPPED, reason=NotSent.ADAPTED)
    return rows.filter(person__in=people.values("pk"))


def ledger_of(version: AdaptationVersion) -> DeliveryQuerySet:
    """Return the rows of its message, without a join as ``approvals.services.approval`` does."""
    dispatches = Dispatch.objects.filter(message=version.adaptation.message_id)
    return Delivery.objects.filter(dispatch__in=dispatches)
