"""What the clock starts for texts in files."""

from celery import shared_task

from onelift.exchange.services import text_import
from programmes.database.clock import database_now


@shared_task(name="exchange.pump")
def pump() -> None:
    """Take the files of translations that wait. Safe to run at any time."""
    text_import.run_pump(database_now)
