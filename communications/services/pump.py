"""The clock's one job on this floor, and the senders' one job."""

from datetime import datetime, timedelta

from communications.channels.mail import Relay, RelayConfig
from communications.models import Delivery, Heartbeat, Notice, Reason, State
from communications.services import ledger, relay_state
from communications.services.batch import Clock
from communications.services.notice import send_notices
from communications.services.planning import plan_due
from communications.services.sending import ready, send_ready, wake_senders

ROUND = timedelta(seconds=25)


def run_pump(now: datetime) -> None:
    """Take back what was left, plan what is due, and wake the senders. Safe to run any time."""
    Heartbeat.objects.update_or_create(name="pump", defaults={"at": now})
    for model in (Delivery, Notice):
        ledger.sweep(model, now)
    plan_due(now)
    cancel_late(now)
    wake_senders()


def cancel_late(now: datetime) -> int:
    """Cancel what waits beyond its latest send time."""
    late = Delivery.objects.filter(state=State.PLANNED, latest_at__lt=now)
    return late.update(state=State.CANCELLED, reason=Reason.TOO_LATE, ended_at=now)


def deliver(clock: Clock, config: RelayConfig | None = None) -> int:
    """Send for half a minute at most over one kept connection; return how many were tried.

    If more is ready, another round is woken.
    """
    with Relay(config or RelayConfig.from_settings()) as relay:
        send_notices(clock, relay)
        tries = send_ready(clock, relay, until=clock() + ROUND)
        if not tries:
            relay_state.look_again(relay, clock())
    if tries and ready(clock()).exists():
        wake_senders(1)
    return tries
