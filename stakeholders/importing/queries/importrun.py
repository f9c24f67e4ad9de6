"""What is kept of imports: the uploaded file, the numbers of its effect, its entries."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from stakeholders.importing.models import (
    EntryKind,
    ImportEntry,
    ImportMapping,
    ImportRun,
    ImportState,
)
from stakeholders.importing.models.importrun import AT_WORK, WITH_SOMEBODY


def content_of(run: ImportRun) -> bytes:
    """Return the uploaded file; nothing once the import is final (one query)."""
    parts = run.parts.order_by("number").values_list("content", flat=True)
    return b"".join(zlib.decompress(bytes(part)) for part in parts.iterator(8))


@dataclass(frozen=True)
class Standing:
    """How many imports there are in all, and how many wait for somebody."""

    all: int
    waiting: int
    last: datetime | None


STATES = {
    "open": Q(state__in=(*WITH_SOMEBODY, *AT_WORK)),
    "applied": Q(state=ImportState.APPLIED),
    "given-up": Q(state__in=(ImportState.REFUSED, ImportState.DISCARDED)),
}


def standing_of(runs: QuerySet[ImportRun]) -> Standing:
    """Return how imports stand (one query)."""
    waiting = Count("pk", filter=Q(state__in=WITH_SOMEBODY))
    last = Max("ended_at", filter=Q(state=ImportState.APPLIED))
    found = runs.order_by().aggregate(all=Count("pk"), waiting=waiting, last=last)
    return Standing(**found)


def runs_in(runs: QuerySet[ImportRun], state: str) -> QuerySet[ImportRun]:
    """Return imports of a state, newest first; all if it names none."""
    found = runs.filter(STATES[state]) if state in STATES else runs
    return found.select_related("by").defer("report", "headings", "manner", "found")


def mapping_of(key: str) -> ImportMapping | None:
    """Return how files with the same headings were read the last time, if one was."""
    return ImportMapping.objects.select_related("by").filter(headings=key).first()


def entries_of(
    run: ImportRun, kind: str, *, reason: str = "", field: str = ""
) -> QuerySet[ImportEntry]:
    """Return what an import does in one way, in the order of the file, else by name."""
    entries = ImportEntry.objects.filter(run=run, kind=kind).select_related("site")
    if reason:
        entries = entries.filter(reason=reason)
    if field:
        entries = entries.filter(fields__has_key=field)
    by_name = ("name", "pk") if kind == EntryKind.LEFT else ("line", "pk")
    return entries.order_by(*by_name)


def reasons_of(run: ImportRun, kind: str) -> Mapping[str, int]:
    """Return how many lines are rejected or noted for each reason, most first (one query)."""
    entries = ImportEntry.objects.filter(run=run, kind=kind).order_by()
    counts = entries.values_list("reason").annotate(n=Count("*")).order_by("-n", "reason")
    return dict(counts)
