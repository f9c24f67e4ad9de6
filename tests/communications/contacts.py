"""When each person was last told: as boards read it, and as the ledger has it."""

from django.db.models import Max

from communications.models import Delivery, State
from stakeholders.models import Contact


def contacts():
    """Return the last mail by programme and person, from the rollup."""
    return {(c.programme_id, c.person_id): c.last_sent_at for c in Contact.objects.all()}


def last_sent():
    """Return the same by the plain query."""
    sent = Delivery.objects.filter(state=State.SENT, ended_at__isnull=False).order_by()
    rows = sent.values_list("dispatch__message__programme", "person")
    return {row[:2]: row[2] for row in rows.annotate(last=Max("ended_at"))}
