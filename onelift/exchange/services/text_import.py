"""Files of translations: taken on a page, worked off by the pump.

The database is the queue. A worker owns an import by a fence and a lease. What it saves of one text
and how far it is are one transaction, so that whoever goes on after it saves nothing twice and
counts nothing twice.
"""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from onelift.exchange.files import units_in
from onelift.exchange.models import TextImport
from onelift.exchange.refusal import FileRefusedError
from onelift.exchange.taking import LANGUAGES, Bringing, Report, by_object, take_own
from onelift.exchange.units import Unit
from programmes.database.clock import Clock
from programmes.database.lease import LEASE
from programmes.database.wake import is_stopping, wake
from programmes.design.formats import number
from programmes.models import Programme
from stakeholders.accounts.access.scopes import scope_of
from stakeholders.accounts.rendering import in_language_of
from stakeholders.models import User

PUMP = "exchange.pump"
MOST_ATTEMPTS = 3
KEPT = timedelta(days=30)
# A file of which more lines are refused is the wrong one: its report would outgrow the file.
MOST_REFUSED = 1000
# Characters of the English by which somebody finds a text again.
SHOWN = 80


class LostError(Exception):
    """Somebody else owns the import now."""


def receive(content: bytes, name: str, programme: Programme, by: User, now: datetime) -> TextImport:
    """Keep a file of translations for the pump; how much is in it the pump finds out.

    Raises:
        FileRefusedError: it is of no kind that can be read, or empty; nothing is kept.

    """
    if next(units_in(content), None) is None:
        raise FileRefusedError(_("The file has no texts. Export it again."))
    made = TextImport.objects.create(
        programme=programme,
        by=by,
        at=now,
        file_name=name[:255],
        content=zlib.compress(content),
    )
    wake(PUMP)
    return made


def run_pump(clock: Clock) -> None:
    """Forget old reports, and do what waits. Safe to run at any time."""
    TextImport.objects.filter(at__lt=clock() - KEPT).delete()
    while not is_stopping() and (one := claim(clock())):
        work(one, clock)


def claim(now: datetime) -> TextImport | None:
    """Take the import that waits longest for one lease; None if nothing waits."""
    waiting = TextImport.objects.filter(LEASE.is_free(now), state=TextImport.State.WAITING)
    one = waiting.order_by("at").first()
    if one is None:
        return None
    mine = LEASE.claim(waiting.filter(pk=one.pk), now, attempts=one.attempts + 1)
    return TextImport.objects.select_related("programme", "by").get(pk=one.pk) if mine else None


def work(one: TextImport, clock: Clock) -> None:
    """Take the texts of a file, each alone; it may have been begun by another worker."""
    with in_language_of(one.by):
        if one.attempts > MOST_ATTEMPTS:
            words = _("This file could not be processed in %(n)d attempts. Import it in parts.")
            _end(one, clock(), TextImport.State.REFUSED, words % {"n": MOST_ATTEMPTS})
            return
        try:
            _take_all(one, clock)
        except LostError:
            return
        except FileRefusedError as refused:
            _end(one, clock(), TextImport.State.REFUSED, str(refused))
            return
        _end(one, clock(), TextImport.State.DONE)


def _take_all(one: TextImport, clock: Clock) -> None:
    units, bringing, done = list(units_in(zlib.decompress(one.content))), _bringing(one), 0
    if not LEASE.renew(LEASE.own(one), clock(), units_total=len(units)):
        raise LostError
    for own in by_object(units):
        done += len(own)
        if done > one.units_done:
            _take(one, own, done, bringing, clock())
        if len(one.refused) > MOST_REFUSED:
            words = _("More than %(n)s texts were refused, so the import stopped. %(reason)s")
            told = {"n": number(MOST_REFUSED), "reason": one.refused[-1]["reason"]}
            raise FileRefusedError(words % told)


def _bringing(one: TextImport) -> Bringing:
    """Return who brings the texts with the rights of now."""
    scope = scope_of(one.by, one.programme)
    codes = scope.writable(code for code in one.programme.languages if code in LANGUAGES)
    return Bringing([one.programme], codes, scope, one.by)


@transaction.atomic
def _take(
    one: TextImport, own: Sequence[Unit], done: int, bringing: Bringing, now: datetime
) -> None:
    report = Report()
    take_own(own, bringing, report, now)
    one.saved += report.saved
    one.unchanged += report.unchanged
    one.refused += [_refused(unit, reason) for unit, reason in report.refused]
    told = {"saved": one.saved, "unchanged": one.unchanged, "refused": one.refused}
    if not LEASE.renew(LEASE.own(one), now, units_done=done, **told):
        raise LostError


def _refused(unit: Unit, reason: str) -> dict[str, str]:
    return {
        "id": unit.id[:100],
        "language": unit.language[:12],
        "text": unit.source[:SHOWN],
        "reason": reason,
    }


def _end(one: TextImport, now: datetime, state: str, problem: str = "") -> None:
    """End an import; its file is no longer needed."""
    changes = {"state": state, "problem": problem, "ended_at": now, "content": b""}
    LEASE.release(LEASE.own(one), **changes)
