"""The clock's one job on this floor, and the senders' one job."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from communications.approvals.services.reminder import plan_reminders
from communications.approvals.services.review_reminder import plan_review_reminders
from communications.dispatches.models import Delivery
from communications.dispatches.services import tally
from communications.dispatches.services.planning import plan_due
from communications.dispatches.services.waking import wake_posters, wake_senders
from communications.groups.services.post_planning import cancel_late_posts, plan_posts
from communications.groups.services.post_sending import POSTS
from communications.mailroom.channels.mail import RelayConfig
from communications.mailroom.models import Heartbeat, Reason, Sweeper
from communications.mailroom.services import outbox, watermark
from communications.mailroom.services.kind import Clock, Round, all_kinds
from communications.mailroom.services.outbox import ROUND
from communications.mailroom.services.replanning import cancel
from communications.mailroom.services.sweeping import note_swept
from communications.operation.services import alarm
from programmes.database.wake import is_stopping


def run_pump(now: datetime) -> None:
    """Do what the clock asks for on this floor, and look for trouble. Safe to run any time.

    On a database that was put back or copied it only shows that it runs, and says so.
    """
    may_send = watermark.may_send(now)
    Heartbeat.objects.update_or_create(name="pump", defaults={"at": now})
    if may_send:
        drive(now)
    else:
        watermark.remind(now)
    alarm.watch(now)


def drive(now: datetime) -> None:
    """Reclaim what was left, plan what is due, and wake the senders."""
    sweep(now)
    plan_due(now)
    plan_posts(now)
    plan_reminders(now)
    plan_review_reminders(now)
    note_swept({Sweeper.TOO_LATE: cancel_late(now) + cancel_late_posts(now)})
    wake_senders()
    if POSTS.ready(now).exists():
        wake_posters()
    tally.tidy()


def sweep(now: datetime) -> None:
    """Reclaim what dead workers had in hand, and count it."""
    swept: Counter[Sweeper] = Counter()
    for kind in all_kinds():
        swept.update(kind.sweep(now))
    note_swept(swept)


def cancel_late(now: datetime) -> int:
    """Cancel what waits beyond its latest send time."""
    late = Delivery.objects.filter(latest_at__lt=now)
    return cancel(late, Reason.TOO_LATE, now)


def deliver(
    clock: Clock,
    config: RelayConfig | None = None,
    is_to_end: Callable[[], bool] = is_stopping,
) -> int:
    """Send for half a minute at most, or until it is to end; return how many were tried.

    If more is ready, another round is woken.
    """
    turn = Round(clock, clock() + ROUND, is_to_end)
    tries = outbox.deliver(turn, config or RelayConfig.from_settings())
    if tries and outbox.has_mails(clock()):
        wake_senders(1)
    return tries
