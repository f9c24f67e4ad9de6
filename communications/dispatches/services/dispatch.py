"""Acting on a running dispatch: pause, resume, cancel, and settle what is in doubt."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from communications.dispatches.models import Delivery, Dispatch, Post
from communications.dispatches.services.in_doubt import confirm, note, try_again
from communications.dispatches.services.waking import wake_posters, wake_senders
from communications.mailroom.models import Reason
from communications.mailroom.services.replanning import stop
from communications.messages.models.act import Act
from stakeholders.models import Contact, User

log = logging.getLogger(__name__)


@transaction.atomic
def pause(dispatch: Dispatch, user: User, now: datetime) -> None:
    """Let nothing begin any more; what is on the wire ends."""
    paused = Dispatch.objects.filter(pk=dispatch.pk, paused_at=None, cancelled_at=None).update(
        paused_at=now, paused_by=user
    )
    if paused:
        note(dispatch, Act.PAUSE, user, now)


@transaction.atomic
def pause_in_doubt(deliveries: Sequence[int], now: datetime) -> None:
    """Pause the dispatch of mails whose mailboxes do not exist: its personnel file may be wrong.

    ``deliveries`` are ids. It is done once: who has let the dispatch go on is not asked again.
    """
    mails = Counter(Delivery.objects.filter(pk__in=deliveries).values_list("dispatch", flat=True))
    most = mails.most_common(1)[0][0]
    free = Dispatch.objects.filter(pk=most, paused_at=None, cancelled_at=None, doubted_at=None)
    if free.update(paused_at=now, doubted_at=now):
        note(Dispatch.objects.get(pk=most), Act.DOUBT, None, now)
        log.warning("Dispatch %s is paused: %s addresses do not exist", most, len(deliveries))


@transaction.atomic
def resume(dispatch: Dispatch, user: User, now: datetime) -> None:
    """Go on where the dispatch was paused, without waiting for the clock."""
    resumed = Dispatch.objects.filter(pk=dispatch.pk, paused_at__isnull=False).update(
        paused_at=None, paused_by=None, resumed_at=now
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
    count = stop(Delivery.objects.filter(dispatch=dispatch), Reason.STOPPED, now)
    stop(Post.objects.filter(dispatch=dispatch), Reason.STOPPED, now)
    if cancelled:
        note(dispatch, Act.CANCEL, user, now)
    return count


@transaction.atomic
def confirm_delivered(delivery: Delivery, user: User, now: datetime) -> bool:
    """Call a mail in doubt sent, on somebody's word; False if it is not in doubt."""
    if not confirm(delivery, Act.DELIVERED, user, now):
        return False
    columns = ("dispatch__message__programme", "person", "ended_at")
    Contact.objects.note(*Delivery.objects.values_list(*columns).get(pk=delivery.pk))
    return True


def send_again(delivery: Delivery, user: User, now: datetime) -> bool:
    """Plan a mail in doubt again, for a day: it may arrive twice. False if not in doubt."""
    latest_at = max(delivery.latest_at, now + timedelta(days=1))
    return try_again(delivery, Act.AGAIN, user, now, wake_senders, latest_at=latest_at)
