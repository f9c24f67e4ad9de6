"""Counting what sweepers do, for whoever watches the installation."""

from collections.abc import Mapping

from django.db.models import F

from communications.mailroom.models import Sweeper, Swept


def note_swept(rows: Mapping[Sweeper, int]) -> None:
    """Add so many rows to the counts of sweepers; most times there is nothing to add."""
    for sweeper, count in rows.items():
        if count:
            Swept.objects.get_or_create(sweeper=sweeper)
            Swept.objects.filter(sweeper=sweeper).update(rows=F("rows") + count)
