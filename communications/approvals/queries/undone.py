"""Decisions on versions that were undone: only the audit trail still knows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from communications.messages.models import Approval
from programmes.models.trail import WHY
from programmes.queries.trail import DECIDED_FOR, entries_on
from programmes.scope import Scope

WAITING = Approval.State.WAITING.value
UNDOABLE = (Approval.State.APPROVED.value, Approval.State.REFUSED.value)


@dataclass(frozen=True)
class Undone:
    """A decision that counts no more.

    Attributes:
        version: the id of the version.
        state: what was decided, ``approved`` or ``refused``.
        at: when, ``by`` whom, and for which ``principal`` where it was a delegate.
        reason: what the decider wrote, if anything.
        undone_at: when it was undone, and ``undone_by`` whom.

    """

    version: int
    state: str
    at: datetime
    by: Any
    principal: str
    reason: str
    undone_at: datetime
    undone_by: Any


def undone_in(scope: Scope) -> list[Undone]:
    """Return the undone decisions on versions in view; two queries, one where there are none."""
    versions = Approval.objects.within(scope).order_by().values("pk")
    return _undone(_undoings().filter(object_id__in=versions))


def undone_on(versions: Iterable[Approval]) -> list[Undone]:
    """Return the undone decisions on these versions; as many queries."""
    return _undone(_undoings().filter(object_id__in=[one.pk for one in versions]))


def _undoings() -> "QuerySet[LogEntry]":
    kind = ContentType.objects.get_for_model(Approval)
    to_waiting = [Q(changes__state=[state, WAITING]) for state in UNDOABLE]
    found: QuerySet[LogEntry] = LogEntry.objects.filter(
        to_waiting[0] | to_waiting[1], content_type=kind
    )
    return found


def _undone(undoings: "QuerySet[LogEntry]") -> list[Undone]:
    keys = set(undoings.values_list("object_id", flat=True))
    decided: dict[int, LogEntry] = {}
    found = []
    for entry in reversed(entries_on(Approval, keys)) if keys else ():
        before, after = (entry.changes_dict or {}).get("state", ("", ""))
        if before == WAITING and after in UNDOABLE:
            decided[entry.object_id] = entry
        elif after == WAITING and (of := decided.pop(entry.object_id, None)):
            found.append(_pair(of, entry))
    return found


def _pair(decision: LogEntry, undoing: LogEntry) -> Undone:
    return Undone(
        version=decision.object_id,
        state=decision.changes_dict["state"][1],
        at=decision.timestamp,
        by=decision.actor,
        principal=decision.changes_dict.get(DECIDED_FOR, ("", ""))[1],
        reason=(decision.additional_data or {}).get(WHY, ""),
        undone_at=undoing.timestamp,
        undone_by=undoing.actor,
    )
