"""What the clock starts on this floor."""

from celery import shared_task

from programmes.database.clock import database_now
from stakeholders.accounts.services import password
from stakeholders.audiences.services.saved import sweep_audiences
from stakeholders.importing.services import importjob
from stakeholders.models import Contact, Draft, HeadCount


@shared_task(name="stakeholders.pump")
def pump() -> None:
    """Read and write the personnel files that wait. Safe to run at any time."""
    importjob.run_pump(database_now)
    Contact.objects.follow_people()
    HeadCount.objects.merge()


@shared_task(name="stakeholders.passwords")
def send_links() -> None:
    """Answer those who asked for a new password."""
    password.send_links(database_now())


@shared_task(name="stakeholders.drafts")
def sweep_drafts() -> None:
    """Delete what was typed 30 days ago and never saved, and audiences that no message took."""
    now = database_now()
    Draft.objects.left_before(now).delete()
    sweep_audiences(now)
