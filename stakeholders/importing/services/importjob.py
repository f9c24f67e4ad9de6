"""What workers do with imports: examine what a file would do, and write what is confirmed.

The database is the queue. A worker owns a run by a fence and a lease, and writes only where its
own fence still stands. Applying is one transaction: it is done once or not at all, however often
a worker is killed.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from programmes.database.clock import Clock
from programmes.database.lease import LEASE
from programmes.database.wake import is_stopping
from programmes.reading.refusal import ImportRefusedError
from stakeholders.accounts.rendering import in_language_of
from stakeholders.importing.models import ImportPart, ImportRun, ImportState
from stakeholders.importing.models.importrun import AT_WORK, WITH_SOMEBODY
from stakeholders.importing.queries.importrun import content_of
from stakeholders.importing.reading.manner import Manner
from stakeholders.importing.reading.plan import Plan
from stakeholders.importing.services.entries import fingerprint_of, keep_entries, keep_outcome
from stakeholders.importing.services.personnel import PersonnelFile, write_people

MOST_ATTEMPTS = 3
KEPT_OPEN = timedelta(days=14)


class LostError(Exception):
    """Somebody else owns the run now, or has given it up."""


def run_pump(clock: Clock) -> None:
    """Discard what nobody finished, and do what waits. Safe to run any time."""
    sweep(clock())
    while not is_stopping() and (run := claim(clock())):
        work(run, clock)


def sweep(now: datetime) -> None:
    """Discard imports that wait for somebody for two weeks: their files hold personal data."""
    old = ImportRun.objects.filter(state__in=WITH_SOMEBODY, at__lt=now - KEPT_OPEN)
    keys = list(old.values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic():
            changes = {"state": ImportState.DISCARDED, "ended_at": now}
            if old.filter(pk=key).update(**changes):
                ImportPart.objects.filter(run=key).delete()


def claim(now: datetime) -> ImportRun | None:
    """Take the run that waits longest for one lease; None if nothing waits."""
    waiting = ImportRun.objects.waiting_for_work(now)
    key = waiting.order_by("at").values_list("pk", flat=True).first() or 0
    mine = LEASE.claim(waiting.filter(pk=key), now, attempts=F("attempts") + 1, rows_read=0)
    return ImportRun.objects.get(pk=key) if mine else None


def work(run: ImportRun, clock: Clock) -> None:
    """Do what comes next; a file that cannot be read goes back to who uploaded it."""
    with in_language_of(run.confirmed_by or run.by):
        try:
            if run.attempts > MOST_ATTEMPTS:
                give_up(run, clock())
            elif run.state == ImportState.EXAMINING:
                examine(run, clock)
            else:
                apply(run, clock)
        except ImportRefusedError as refusal:
            LEASE.release(_owned(run), state=ImportState.UPLOADED, problem=str(refusal))
        except LostError:
            return


def examine(run: ImportRun, clock: Clock) -> None:
    """Find out what a file would do, and keep it to be looked at."""
    plan = _file(run, clock).compared()
    with transaction.atomic():
        _show(_locked(run), plan)


def apply(run: ImportRun, clock: Clock) -> None:
    """Write what is confirmed in full; if it is another effect by now, show that instead."""
    _owned(run).update(state=ImportState.APPLYING)
    with _file(run, clock).in_turn() as plan:
        mine = _locked(run)
        if fingerprint_of(plan) != mine.fingerprint:
            mine.problem = _(
                "People have changed since this import was confirmed. Nothing was saved. "
                "This is the new effect."
            )
            _show(mine, plan)
            return
        now = clock()
        write_people(plan, now.date())
        mine.state, mine.ended_at = ImportState.APPLIED, now
        _let_go(mine, plan)
        mine.parts.all().delete()


def give_up(run: ImportRun, now: datetime) -> None:
    """End a run that no worker has brought to an end: trying for ever helps nobody."""
    with transaction.atomic():
        mine = _locked(run)
        mine.state, mine.ended_at, mine.fence = ImportState.REFUSED, now, ""
        mine.problem = _(
            "This file could not be processed in %(n)d attempts. Nothing was saved. Export it "
            "again. If that does not help, contact your administrator."
        ) % {"n": MOST_ATTEMPTS}
        mine.save()
        mine.parts.all().delete()


def _file(run: ImportRun, clock: Clock) -> PersonnelFile:
    def watch(rows: int) -> None:
        if not LEASE.renew(_owned(run), clock(), rows_read=rows):
            raise LostError

    return PersonnelFile(content_of(run), Manner.of(run.manner), watch)


def _show(run: ImportRun, plan: Plan) -> None:
    run.entries.all().delete()
    keep_entries(run, plan)
    run.state, run.fingerprint = ImportState.READY, fingerprint_of(plan)
    run.confirmed_by, run.rows_total, run.attempts = None, plan.reading.rows, 0
    _let_go(run, plan)


def _let_go(run: ImportRun, plan: Plan) -> None:
    run.fence, run.lease_until, run.rows_read = "", None, plan.reading.rows
    keep_outcome(run, plan)


def _owned(run: ImportRun) -> QuerySet[ImportRun]:
    return LEASE.own(run).filter(state__in=AT_WORK)


def _locked(run: ImportRun) -> ImportRun:
    """Return the run as it is now, locked until the end of the transaction.

    Raises:
        LostError: another claim owns it.

    """
    mine = _owned(run).select_for_update().first()
    if mine is None:
        raise LostError
    return mine
