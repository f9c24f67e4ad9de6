"""The clock's one job on this floor, and the senders' one job."""

from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings

from communications.approvals.services.notice import send_notices
from communications.dispatches.models import Delivery
from communications.dispatches.services import tally
from communications.dispatches.services.batch import Clock
from communications.dispatches.services.journal import sweep_taken
from communications.dispatches.services.planning import plan_due
from communications.dispatches.services.sending import lanes_now, ready, send_ready
from communications.dispatches.services.waking import wake_posters, wake_senders
from communications.groups.services.post_planning import cancel_late_posts, plan_posts
from communications.groups.services.post_sending import ready_posts
from communications.mailroom.channels.lanes import Lanes
from communications.mailroom.channels.mail import RelayConfig
from communications.mailroom.channels.slots import connection_slots
from communications.mailroom.models import Heartbeat, Reason, State, Sweeper, postings
from communications.mailroom.services import ledger, relay_state, watermark
from communications.mailroom.services.sweeping import note_swept
from communications.operation.services import alarm

ROUND = timedelta(seconds=25)


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
    note_swept({Sweeper.TOO_LATE: cancel_late(now) + cancel_late_posts(now)})
    wake_senders()
    if ready_posts(now).exists():
        wake_posters()
    tally.tidy()


def sweep(now: datetime) -> None:
    """Reclaim what dead workers had in hand, and count it."""
    swept = Counter({Sweeper.TAKEN: sweep_taken(Delivery.objects.filter(lease_until__lt=now))})
    for model in postings():
        swept.update(ledger.sweep(model, now))
    note_swept(swept)


def cancel_late(now: datetime) -> int:
    """Cancel what waits beyond its latest send time."""
    late = Delivery.objects.filter(state=State.PLANNED, latest_at__lt=now)
    return late.update(state=State.CANCELLED, reason=Reason.TOO_LATE, ended_at=now)


def deliver(clock: Clock, config: RelayConfig | None = None) -> int:
    """Send for half a minute at most over kept connections; return how many were tried.

    If more is ready, another round is woken. Beyond the connections that a worker may hold,
    nothing is done.
    """
    with connection_slots(settings.MAIL_CONNECTIONS, lanes_now(clock())) as count:
        if not count or not watermark.may_send(clock()):
            return 0
        return send_round(clock, config or RelayConfig.from_settings(), count)


def send_round(clock: Clock, config: RelayConfig, count: int) -> int:
    """Send over so many connections; return how many mails were tried."""
    with Lanes(config, count) as lanes:
        send_notices(clock, lanes.first)
        tries = send_ready(clock, lanes, until=clock() + ROUND)
        if not tries:
            relay_state.look_again(lanes.first, clock())
    if tries and ready(clock()).exists():
        wake_senders(1)
    return tries
