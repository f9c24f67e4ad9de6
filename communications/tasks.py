"""Entry points of the clock and of the wake-up calls."""

from celery import shared_task

from communications.services import pump
from programmes.queries.clock import database_now


@shared_task(name="communications.pump")
def run_pump() -> None:
    """Plan what is due, sweep, wake the senders."""
    pump.run_pump(database_now())


@shared_task(name="communications.deliver")
def deliver() -> None:
    """Send what is ready."""
    pump.deliver(database_now)
