"""The audit trail as the rows of a file, some hundreds in memory at a time."""

from collections.abc import Iterator
from itertools import islice

from auditlog.models import LogEntry
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from onelift.dashboards.trail.queries.trail import TrailLine, lines_of
from programmes.scope import Scope

AT_ONCE = 500


def headings() -> list[str]:
    """Return the names of the columns. By its number verify_trail names an entry."""
    return [
        *(_("Entry"), _("When (UTC)"), _("Who"), _("Activity"), _("Kind")),
        *(_("Person or item"), _("Before and after"), _("Reason"), _("Programme")),
    ]


def rows_of(entries: QuerySet[LogEntry], scope: Scope) -> Iterator[list[object]]:
    """Yield a row for each entry; who reads no records of persons learns nobody's name."""
    found = entries.iterator(AT_ONCE)
    while some := list(islice(found, AT_ONCE)):
        for entry, line in zip(some, lines_of(some, scope), strict=True):
            yield [entry.pk, *_cells(line)]


def _cells(line: TrailLine) -> list[object]:
    changes = "\n".join(
        f"{name}: {before or '–'} → {after or '–'}" for name, before, after in line.changes
    )
    at = f"{line.at:%Y-%m-%d %H:%M:%S}"
    return [at, line.who, line.act, line.kind, line.about, changes, line.why, line.programme]
