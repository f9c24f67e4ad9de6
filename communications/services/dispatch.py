"""Acting on a running dispatch: pause, resume, cancel, and settle what is in doubt."""

from datetime import datetime, timedelta

from django.db import transaction

from communications.models import Delivery, Dispatch, Reason, State
from stakeholders.models import User

WAITING = [State.PLANNED, State.CLAIMED]


def pause(dispatch: Dispatch, user: User, now: datetime) -> None:
    """Let nothing begin any more; what is on the wire ends."""
    Dispatch.objects.filter(pk=dispatch.pk, paused_at__isnull=True).update(
        paused_at=now, paused_by=user
    )


def resume(dispatch: Dispatch) -> None:
    """Go on where the dispatch was paused."""
    Dispatch.objects.filter(pk=dispatch.pk).update(paused_at=None, paused_by=None)


@transaction.atomic
def cancel(dispatch: Dispatch, user: User, now: datetime) -> int:
    """Cancel all that has not begun, for good; return how many mails that is."""
    Dispatch.objects.filter(pk=dispatch.pk, cancelled_at__isnull=True).update(
        cancelled_at=now, cancelled_by=user
    )
    waiting = Delivery.objects.filter(dispatch=dispatch, state__in=WAITING)
    return waiting.update(
        state=State.CANCELLED, reason=Reason.STOPPED, ended_at=now, lease_until=None
    )


def confirm_delivered(delivery: Delivery) -> bool:
    """Call a mail in doubt sent, on somebody's word; False if it is not in doubt."""
    return (
        Delivery.objects.filter(pk=delivery.pk, state=State.IN_DOUBT).update(
            state=State.SENT, reason=Reason.CONFIRMED
        )
        == 1
    )


def send_again(delivery: Delivery, now: datetime) -> bool:
    """Plan a mail in doubt again, for a day: it may arrive twice. False if not in doubt."""
    return (
        Delivery.objects.filter(pk=delivery.pk, state=State.IN_DOUBT).update(
            state=State.PLANNED,
            reason="",
            fence="",
            ended_at=None,
            next_try_at=now,
            latest_at=max(delivery.latest_at, now + timedelta(days=1)),
        )
        == 1
    )
