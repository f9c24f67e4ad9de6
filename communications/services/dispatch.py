"""Acting on a running dispatch: pause, resume, cancel, and settle what is in doubt.

Each act leaves a trace of who did it (``LogEntry``): rows change by one conditional UPDATE, which
the audit trail does not see by itself.
"""

from datetime import datetime, timedelta

from auditlog.models import LogEntry
from django.db import transaction

from communications.models import Act, Delivery, Dispatch, Post, Reason, State, Watermark
from communications.services.ledger import doubt_forgotten
from communications.services.post_sending import wake_posters
from communications.services.sending import wake_senders
from stakeholders.models import Contact, User

WAITING = [State.PLANNED, State.CLAIMED]


@transaction.atomic
def pause(dispatch: Dispatch, user: User, now: datetime) -> None:
    """Let nothing begin any more; what is on the wire ends."""
    paused = Dispatch.objects.filter(pk=dispatch.pk, paused_at=None, cancelled_at=None).update(
        paused_at=now, paused_by=user
    )
    if paused:
        note(dispatch, Act.PAUSE, user, now)


@transaction.atomic
def resume(dispatch: Dispatch, user: User, now: datetime) -> None:
    """Go on where the dispatch was paused, without waiting for the clock."""
    resumed = Dispatch.objects.filter(pk=dispatch.pk, paused_at__isnull=False).update(
        paused_at=None, paused_by=None
    )
    if resumed:
        note(dispatch, Act.RESUME, user, now)
        wake_senders()
        wake_posters()


@transaction.atomic
def cancel(dispatch: Dispatch, user: User, now: datetime) -> int:
    """Cancel all that has not begun, for good; return how many mails that is."""
    cancelled = Dispatch.objects.filter(pk=dispatch.pk, cancelled_at=None).update(
        cancelled_at=now, cancelled_by=user
    )
    stopped = {"state": State.CANCELLED, "reason": Reason.STOPPED}
    rows = Delivery.objects.filter(dispatch=dispatch)
    doubt_forgotten(rows, now)
    count = rows.filter(state__in=WAITING).update(**stopped, ended_at=now, lease_until=None)
    posts = Post.objects.filter(dispatch=dispatch, state__in=WAITING)
    posts.update(**stopped, ended_at=now, lease_until=None)
    if cancelled:
        note(dispatch, Act.CANCEL, user, now)
    return count


@transaction.atomic
def confirm_delivered(delivery: Delivery, user: User, now: datetime) -> bool:
    """Call a mail in doubt sent, on somebody's word; False if it is not in doubt."""
    changes: dict[str, object] = {"state": State.SENT, "reason": Reason.CONFIRMED}
    if not settle(delivery, Act.DELIVERED, user, now, changes):
        return False
    columns = ("dispatch__message__programme", "person", "ended_at")
    Contact.objects.note(*Delivery.objects.values_list(*columns).get(pk=delivery.pk))
    return True


@transaction.atomic
def send_again(delivery: Delivery, user: User, now: datetime) -> bool:
    """Plan a mail in doubt again, for a day: it may arrive twice. False if not in doubt."""
    changes: dict[str, object] = {
        "state": State.PLANNED,
        "reason": "",
        "fence": "",
        "ended_at": None,
        "next_try_at": now,
        "latest_at": max(delivery.latest_at, now + timedelta(days=1)),
    }
    wake_senders()
    return settle(delivery, Act.AGAIN, user, now, changes)


def settle(
    delivery: Delivery, act: str, user: User, now: datetime, changes: dict[str, object]
) -> bool:
    """Write what somebody says of a mail in doubt; False if it is not, or no more."""
    rows = Delivery.objects.filter(pk=delivery.pk, state=State.IN_DOUBT)
    if not rows.update(**changes):
        return False
    note(delivery, act, user, now)
    return True


Noted = Dispatch | Delivery | Post | Watermark


def note(what: Noted, act: str, user: User | None, now: datetime) -> None:
    """Write into the audit trail who did what; an operator's command has no user."""
    LogEntry.objects.log_create(
        what,
        force_log=True,
        action=LogEntry.Action.UPDATE,
        changes={},
        actor=user,
        timestamp=now,
        additional_data={"act": act},
    )
