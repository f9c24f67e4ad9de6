"""What the clock wakes on the ground floor."""

from celery import shared_task

from programmes.database.clock import database_now
from programmes.services.attempt import sweep_attempts


@shared_task(name="programmes.sweep")
def sweep() -> int:
    """Delete counts of attempts that are over."""
    return sweep_attempts(database_now())
