"""Which texts of a move still name the old date: those somebody has to correct."""

from collections.abc import Mapping
from typing import Any

from communications.models import Message
from events.models import Event
from onelift.dashboards.moves.queries.texts import NamingText
from programmes.design.written import named_in
from programmes.models import Move, Service
from programmes.queries.texts import text_of


def overtaken_texts(move: Move) -> list[NamingText]:
    """Return the texts that named the date when it moved and still do; three queries."""
    kept = move.kept.get("texts", {}).get("texts", [])
    rows = _subjects(kept)
    found = []
    for kind, pk, language in kept:
        row = rows[kind].get(pk) if kind in rows else None
        if row is None:
            continue
        fields = ("subject", "body") if kind == "message" else None
        written = "\n".join(filter(None, text_of(row, language, fields).values()))
        if named := named_in(written, move.before_on, language):
            found.append(NamingText(kind, _address(row), str(row), language, named[0]))
    return found


def _subjects(kept: list[Any]) -> dict[str, Mapping[int, Any]]:
    ids = {kind: [pk for one, pk, _language in kept if one == kind] for kind, *_rest in kept}
    return {
        "message": Message.objects.in_bulk(ids.get("message", [])),
        "event": Event.objects.in_bulk(ids.get("event", [])),
        "service": Service.objects.in_bulk(ids.get("service", [])),
    }


def _address(row: Any) -> Any:
    return row.slug if isinstance(row, Event) else row.pk
