"""Keeping when something was last seen to be as it should be."""

from datetime import datetime

from communications.operation.models import Proof


def note_proof(kind: str, now: datetime, *, amount: int = 0, is_well: bool = True) -> None:
    """Note that something was just done, and that nobody waits for it any more."""
    values = {
        "at": now,
        "amount": amount,
        "is_well": is_well,
        "asked_at": None,
        "seen_at": None,
        "done": 0,
    }
    Proof.objects.bulk_create(
        [Proof(kind=kind, **values)],
        update_conflicts=True,
        unique_fields=["kind"],
        update_fields=[*values],
    )
