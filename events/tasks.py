"""What the clock starts on this floor."""

from celery import shared_task

from events.services import informed
from programmes.database.clock import database_now


@shared_task(name="events.informed")
def refresh_informed() -> None:
    """Refresh who is informed. Safe to run at any time."""
    informed.refresh_all(database_now())
