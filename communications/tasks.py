"""Entry points of the clock and of the wake-up calls."""

from celery import shared_task

from communications.dispatches.services import tally
from communications.dispatches.services.bounce import read_returns
from communications.groups.services import post_sending
from communications.kits.services import kit
from communications.operation.services import pump
from programmes.database.clock import database_now, running_clock


@shared_task(name="communications.pump")
def run_pump() -> None:
    """Plan what is due, sweep, wake the senders."""
    pump.run_pump(database_now())


@shared_task(name="communications.deliver")
def deliver() -> None:
    """Send what is ready."""
    pump.deliver(running_clock())


@shared_task(name="communications.post")
def post() -> None:
    """Post what is ready on the channels of groups."""
    post_sending.send_posts(database_now)


@shared_task(name="communications.bounces")
def read_bounces() -> None:
    """Read what came back."""
    read_returns(database_now)


@shared_task(name="communications.kits")
def keep_kits() -> None:
    """Make the files of kits that wait."""
    kit.run_pump(running_clock())


@shared_task(name="communications.compare")
def compare_tallies() -> None:
    """Compare what pages count with the ledger."""
    tally.compare_all()
