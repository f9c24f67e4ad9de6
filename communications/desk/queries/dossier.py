"""All that is kept of one person, for whoever has a right to know it.

Never what somebody answered: answers are kept without a name, and nobody can find whose they are.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from auditlog.models import LogEntry
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from communications.dispatches.models import Bounce
from stakeholders.models import ImportEntry, Person

# Columns that hold how a row is worked on, or a key to a link, and tell nothing of the person.
LEFT_OUT = {
    *("fence", "lease_until", "token_hash", "ticket_hash", "folded_name"),
    *("run", "person", "persona"),
}


def dossier_of(person: Person, more: Iterable[QuerySet[Any]]) -> dict[str, Any]:
    """Return the rows on a person by the names of their tables, each as plain values.

    Every relation to a person is in it, also one that a later version adds; ``more`` are rows that
    have none (see ``Source.kept``).
    """
    found: dict[str, Any] = {_name(Person): [_values(person)]}
    for relation in Person._meta.related_objects:
        model: Any = relation.related_model
        rows = model._default_manager.filter(**{relation.field.name: person})
        found[_name(model)] = _all(rows.order_by("pk"))
    found[_name(Bounce)] = _all(Bounce.objects.filter(delivery__person=person))
    for rows in more:
        found[_name(rows.model)] = _all(rows.order_by("pk"))
    entries = ImportEntry.objects.filter(personnel_number=person.personnel_number)
    found[_name(ImportEntry)] = _all(entries)
    found[_name(LogEntry)] = _all(LogEntry.objects.get_for_object(person))
    return found


def as_json(person: Person, more: Iterable[QuerySet[Any]]) -> str:
    """Return the same as the text of a file."""
    return json.dumps(dossier_of(person, more), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _all(rows: Iterable[Model]) -> list[Mapping[str, Any]]:
    return [_values(row) for row in rows]


def _name(model: Any) -> str:
    return str(model._meta.label_lower)


def _values(row: Model) -> dict[str, Any]:
    return dict(_columns(row))


def _columns(row: Model) -> Iterator[tuple[str, Any]]:
    """Yield the columns; what another row is called stands in place of its key."""
    for column in row._meta.concrete_fields:
        if column.name in LEFT_OUT:
            continue
        value = getattr(row, column.name) if column.is_relation else column.value_from_object(row)
        yield column.name, str(value) if isinstance(value, Model) else value
