"""What the clock wakes on the ground floor."""

from celery import shared_task

from programmes.database.clock import database_now, running_clock
from programmes.models import Programme
from programmes.services.attempt import sweep_attempts
from programmes.services.readiness import refresh_all
from programmes.services.sealing import seal
from programmes.services.sent_form import sweep_forms
from programmes.services.value import record_figures


@shared_task(name="programmes.sweep")
def sweep() -> int:
    """Delete counts of attempts that are over, and what is kept of forms longer than a day."""
    now = database_now()
    return sweep_attempts(now) + sweep_forms(now)


@shared_task(name="programmes.seal")
def seal_trail() -> int:
    """Seal what was written into the audit trail."""
    return seal(running_clock())


@shared_task(name="programmes.measure")
def measure() -> int:
    """Keep what objectives stand at that the portal measures itself."""
    return sum(record_figures(each, database_now()) for each in Programme.objects.all())


@shared_task(name="programmes.readiness")
def refresh_readiness() -> int:
    """Count how ready all waves are. Safe to run at any time."""
    return refresh_all(database_now())
