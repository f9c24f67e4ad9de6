"""Whom events have reached: who came, and not who merely registered."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from events.models import CheckIn
from programmes.models import Programme


def people_who_came(programme: Programme, since: datetime) -> QuerySet[CheckIn, Any]:
    """Return the ids of the people who came to an event of a programme since an instant (UTC)."""
    came = CheckIn.objects.filter(
        registration__event__programme=programme,
        registration__person__isnull=False,
        at__gte=since,
    )
    return came.order_by().values("registration__person")
