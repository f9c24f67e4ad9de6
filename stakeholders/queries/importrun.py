"""What is kept of imports: the uploaded file, the numbers of its effect, its entries."""

import zlib
from collections.abc import Mapping

from django.db.models import Count, QuerySet

from stakeholders.models import EntryKind, ImportEntry, ImportRun


def content_of(run: ImportRun) -> bytes:
    """Return the uploaded file; nothing once the import is final (one query)."""
    parts = run.parts.order_by("number").values_list("content", flat=True)
    return b"".join(zlib.decompress(bytes(part)) for part in parts.iterator(8))


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
