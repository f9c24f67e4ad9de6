"""What somebody does with an import: upload, settle how it is read, confirm, discard.

    uploaded ── choose ──► examining ──► ready ── confirm ──► confirmed ──► applying ──► applied
        ▲                     │  ▲          │                                  │
        └──── cannot be read ─┘  └─ choose ─┘◄──────── people have changed ────┘

What stands between two words here is done by a worker (``services.importjob``). A refusal is a
ValidationError whose sentence says what to do.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.database.lease import LEASE
from programmes.database.wake import wake
from programmes.design.folding import folded
from stakeholders.accounts.models import User
from stakeholders.importing.models import ImportMapping, ImportPart, ImportRun, ImportState
from stakeholders.importing.reading.files import Table, read_table
from stakeholders.importing.reading.headings import PEOPLE, REPORT_LINE, REPORT_REASON
from stakeholders.importing.reading.manner import Manner

PUMP = "stakeholders.pump"
_PART_BYTES = 1024 * 1024
_OPEN = (ImportState.UPLOADED, ImportState.EXAMINING, ImportState.READY)


@transaction.atomic
def receive(content: bytes, name: str, by: User, now: datetime) -> ImportRun:
    """Keep an uploaded file of which at least one column is known; return its import.

    Raises:
        ImportRefusedError: the file is of another kind; nothing is kept.

    """
    table = read_table(content, PEOPLE, ())
    run = ImportRun.objects.create(
        file_name=name[:255],
        at=now,
        by=by,
        state=ImportState.UPLOADED,
        size=len(content),
        headings=table.headings,
        found=found_in(table).as_dict(),
        manner=remembered(table).as_dict(),
        rows_total=content.count(b"\n") if table.kind == "csv" else 0,
    )
    ImportPart.objects.bulk_create(_parts(run, content), batch_size=8)
    return run


def _parts(run: ImportRun, content: bytes) -> Iterator[ImportPart]:
    for number, start in enumerate(range(0, len(content), _PART_BYTES)):
        piece = zlib.compress(content[start : start + _PART_BYTES])
        yield ImportPart(run=run, number=number, content=piece)


def found_in(table: Table) -> Manner:
    """Return how a file is read if nobody settles anything, but for its columns and dates."""
    return Manner(
        encoding=table.encoding,
        delimiter=table.delimiter,
        line=table.line,
        is_part=table.is_of_report,
    )


def key_of(headings: Iterable[str]) -> str:
    """Return what files with the same headings have in common, also reports of their bad lines."""
    own = (folded(heading) for heading in headings)
    text = "\x1f".join(heading for heading in own if heading not in REPORT_LINE | REPORT_REASON)
    return hashlib.sha256(text.encode()).hexdigest()


def remembered(table: Table) -> Manner:
    """Return how the last file with these headings was read, as far as somebody settled it."""
    mapping = ImportMapping.objects.filter(headings=key_of(table.headings)).first()
    manner = Manner.of(mapping.manner) if mapping else Manner()
    if table.encoding.startswith("utf"):
        return Manner(**{**manner.__dict__, "encoding": ""})
    return manner


@transaction.atomic
def choose(run: ImportRun, manner: Manner, settled: Manner, by: User, now: datetime) -> None:
    """Settle how a file is read, remember it for the next of the kind, and have it examined.

    Args:
        run: the import.
        manner: how it is read, in full.
        settled: what of it was not found out, to be remembered.
        by: who settles it.
        now: when.

    Raises:
        ValidationError: it is confirmed already.

    """
    _step(
        run,
        _OPEN,
        state=ImportState.EXAMINING,
        manner=manner.as_dict(),
        problem="",
        rows_read=0,
        fingerprint="",
    )
    ImportMapping.objects.update_or_create(
        headings=key_of(run.headings),
        defaults={"manner": settled.as_dict(), "at": now, "by": by},
    )
    wake(PUMP)


@transaction.atomic
def confirm(run: ImportRun, fingerprint: str, leavers: int | None, by: User) -> None:
    """Have exactly the effect written that somebody has seen.

    Raises:
        ValidationError: it has changed since, or too many people leave without a tick.

    """
    run.refresh_from_db(from_queryset=ImportRun.objects.select_for_update(no_key=True))
    if run.state != ImportState.READY or run.fingerprint != fingerprint:
        raise ValidationError(_("The effect has changed since you opened it. Check it again."))
    if run.needs_tick and leavers != run.effect["leavers"]:
        raise ValidationError(
            _("Confirm below how many people leave, or import the complete file.")
        )
    _step(run, [ImportState.READY], state=ImportState.CONFIRMED, confirmed_by=by, problem="")
    wake(PUMP)


@transaction.atomic
def discard(run: ImportRun, now: datetime) -> None:
    """Give an import up; its file goes.

    Raises:
        ValidationError: it is confirmed already.

    """
    _step(run, _OPEN, state=ImportState.DISCARDED, ended_at=now)
    run.parts.all().delete()
    run.entries.all().delete()


def forget(run: ImportRun) -> None:
    """Forget how files with these headings were read; this one is read as it is found out."""
    ImportMapping.objects.filter(headings=key_of(run.headings)).delete()
    ImportRun.objects.filter(pk=run.pk, state__in=_OPEN).update(manner=Manner().as_dict())


def _step(run: ImportRun, states: Iterable[str], **changes: object) -> None:
    """Go on from one of some states, without whoever has the run in hand."""
    found = ImportRun.objects.filter(pk=run.pk, state__in=list(states))
    if not LEASE.release(found, attempts=0, **changes):
        raise ValidationError(_("Someone else has continued this import. Open it again."))
