"""What the clock starts on this floor."""

from celery import shared_task

from communications.models import Heartbeat
from feedback.needs.services.forgetting import forget_ended
from feedback.services.edition import publish_surveys
from programmes.database.clock import database_now


@shared_task(name="feedback.pump")
def pump() -> None:
    """Move held answers, publish, close what has ended, forget addresses. Safe at any time."""
    now = database_now()
    publish_surveys(now)
    forget_ended(now)
    Heartbeat.objects.update_or_create(name="feedback", defaults={"at": now})
