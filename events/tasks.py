"""What the clock starts on this floor."""

from celery import shared_task

from events.services import mailing
from programmes.database.clock import running_clock


@shared_task(name="events.deliver")
def deliver() -> None:
    """Send the mails about registrations that are due. Safe to run at any time."""
    mailing.deliver(running_clock())
