"""The values of a row as the audit trail keeps them, and who it says did what to which row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

Values = Mapping[str, str]
# Under this name an entry says for whom a delegate decided, and in its additional data by their id.
DECIDED_FOR, PRINCIPAL = "decided_for", "principal"


def values_of(model: type[Model], key: Any, names: Iterable[str]) -> dict[str, str]:
    """Return what the database holds of a row; nothing if there is no such row.

    Args:
        model: of the row.
        key: its primary key, None if it has none yet.
        names: columns, keys of other rows (``region_id``), or relations to many, which are kept by
            the names of their rows.

    """
    found = model._base_manager.filter(pk=key).first() if key else None
    return written_of(found, names) if found else {}


def written_of(row: Model, names: Iterable[str]) -> dict[str, str]:
    """Return what a row holds, as it is in memory."""
    return {name: _written(row, name) for name in names}


def _written(row: Model, name: str) -> str:
    if _is_many(row, name):
        return ", ".join(sorted(map(str, getattr(row, name).all())))
    return text_of_value(getattr(row, name))


def _is_many(row: Model, name: str) -> bool:
    field = row._meta.get_field(name.removesuffix("_id"))
    return bool(field.many_to_many or field.one_to_many)


def text_of_value(value: Any) -> str:
    """Return a value as the trail keeps it."""
    return "" if value in (None, "", []) else str(value)


@dataclass(frozen=True)
class Noted:
    """What the trail says of one act: who did it, and for whom they decided, if for anybody."""

    by: Any
    principal: str
    principal_id: int | None = None

    def may_undo(self, user: Any) -> bool:
        """Tell whether it was the user's own act, or done in their name."""
        return self.by == user or (self.principal_id is not None and self.principal_id == user.pk)


def taken_from(by: Any, principal: Any, user: Any) -> dict[str, str]:
    """Return what the trail says is undone where a user undoes what was decided in their name."""
    if by == user or not principal:
        return {}
    return {"decided_by": str(by or ""), DECIDED_FOR: str(principal)}


def noted_at(model: type[Model], keys: Iterable[int]) -> dict[tuple[int, datetime], Noted]:
    """Return who did something to rows, by key and moment; one query, none without a row."""
    wanted = list(keys)
    if not wanted:
        return {}
    found: dict[tuple[int, datetime], Noted] = {}
    for entry in entries_on(model, wanted):
        place = (entry.object_id, entry.timestamp)
        said = (entry.changes_dict or {}).get(DECIDED_FOR, ["", ""])[1]
        key = (entry.additional_data or {}).get(PRINCIPAL)
        known = found.get(place, Noted(None, ""))
        found[place] = Noted(entry.actor, said or known.principal, key or known.principal_id)
    return found


def entries_on(model: type[Model], keys: Iterable[int]) -> "QuerySet[LogEntry]":
    """Return the entries on rows of a table, the latest first."""
    kind = ContentType.objects.get_for_model(model)
    found: QuerySet[LogEntry] = LogEntry.objects.filter(content_type=kind, object_id__in=list(keys))
    return found.select_related("actor").order_by("-timestamp", "-pk")
