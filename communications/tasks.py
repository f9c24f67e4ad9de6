"""Entry points of the clock and of the wake-up calls."""

from celery import shared_task

from communications.dispatches.services import tally
from communications.dispatches.services.bounce import read_returns
from communications.groups.services import post_sending
from communications.kits.services import kit
from communications.models import Heartbeat
from communications.operation.services import answer, pump, trail_check
from programmes.database.clock import database_now, running_clock
from programmes.database.giving_way import GivingWay


@shared_task(name="communications.pump")
def run_pump() -> None:
    """Plan what is due, sweep, wake the senders."""
    pump.run_pump(database_now())


@shared_task(name="communications.deliver")
def deliver() -> None:
    """Send what is ready."""
    pump.deliver(running_clock(), is_to_end=GivingWay())


@shared_task(name="communications.post")
def post() -> None:
    """Post what is ready on the channels of groups."""
    post_sending.send_posts(database_now, GivingWay())


@shared_task(name="communications.bounces")
def read_bounces() -> None:
    """Read what came back."""
    read_returns(database_now)


@shared_task(name="communications.kits")
def keep_kits() -> None:
    """Make the files of kits that wait."""
    Heartbeat.objects.update_or_create(name="kits", defaults={"at": database_now()})
    kit.run_pump(running_clock(), GivingWay())


@shared_task(name="communications.compare")
def compare_tallies() -> None:
    """Compare what pages count with the ledger."""
    tally.compare_all()


@shared_task(name=answer.TASK)
def say_answer(token: str) -> None:
    """Answer whoever woke a worker to see whether one is there."""
    answer.answer(token)


@shared_task(name=trail_check.TASK)
def check_trail() -> None:
    """Verify the audit trail, if somebody waits for it."""
    trail_check.check_trail(running_clock())
