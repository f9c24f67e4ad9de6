"""Noting in the audit trail who has seen or taken along what is kept of persons."""

from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.db.models import Model

from programmes.models import Programme
from programmes.models.trail import PROGRAMME, SEEN, TAKEN, Kept


def note_seen(
    seen: Model,
    user: Any,
    now: datetime,
    programme: Programme | None = None,
    what: str = Kept.PERSON,
    *,
    is_taken: bool = False,
) -> None:
    """Write that somebody has seen something, or has taken it along as a file.

    Args:
        seen: the row that was looked at; for a list the programme, or what the list is of.
        user: who has seen it.
        now: the instant.
        programme: in which it was seen; None is the administration.
        what: a key of ``Kept``.
        is_taken: whether it has left the house in a file.

    """
    of = {PROGRAMME: programme.pk} if programme else {}
    LogEntry.objects.log_create(
        seen,
        force_log=True,
        action=LogEntry.Action.ACCESS,
        changes={},
        actor=user,
        actor_email=user.email,
        timestamp=now,
        additional_data={TAKEN if is_taken else SEEN: what, **of},
    )
