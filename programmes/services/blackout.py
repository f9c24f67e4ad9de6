"""Saying when a programme sends nothing.

What waits is not moved here: the pump computes each moment anew. All waves are stamped, so that
nothing leaves within the minutes in which a mistake can be taken back.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from programmes.models import Blackout, Wave
from programmes.services.trail import recorded


@transaction.atomic
def save_blackout(
    blackout: Blackout, values: Mapping[str, object], now: datetime, by: Any = None
) -> Blackout:
    """Give a blackout its name, days and region, and save it; the trail says what it was before.

    Raises:
        ValidationError: by field: the days are in the wrong order, or too many.

    """
    for name, value in values.items():
        setattr(blackout, name, value)
    blackout.full_clean()
    with recorded(blackout, by, now):
        blackout.save()
    stamp(blackout, now)
    return blackout


@transaction.atomic
def remove_blackout(blackout: Blackout, now: datetime, by: Any = None) -> None:
    """Delete a blackout: what it held back goes out from the quiet minutes on."""
    stamp(blackout, now)
    with recorded(blackout, by, now):
        blackout.delete()


def stamp(blackout: Blackout, now: datetime) -> None:
    """Note on the waves of the programme that its dates have changed."""
    Wave.objects.filter(programme=blackout.programme_id).update(changed_at=now)
