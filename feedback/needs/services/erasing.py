"""What is kept of a person who left their address on the public page, for dossier and erasure."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from communications.dispatches.sources import Source, register
from feedback.needs.models import Need, NeedMail
from feedback.needs.services.forgetting import forget_address
from stakeholders.models import Person


class NeedSource(Source):
    """No message is made of needs: only what is known by an address is looked after."""

    key = "need"
    informs = False

    def kept(self, person: Person) -> list[QuerySet[Any]]:
        """Return what came with the person's address, and what was sent there."""
        if not person.email:
            return []
        return [
            Need.objects.filter(address__iexact=person.email),
            NeedMail.objects.filter(user=None, address__iexact=person.email),
        ]

    def erase(self, person: Person, now: datetime) -> None:
        """Take the address out of them; what is missing on site stays."""
        forget_address(person.email)


register(NeedSource())
