"""Keeping kits: what should be there, who makes it, and what becomes of older versions.

The database is the queue. A worker owns a file by a fence and a lease and keeps what it has made
only where its own fence still stands; what was there before stays until then.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F

from communications.kits.documents import UnfitError
from communications.kits.models import KitFile, KitVersion
from communications.kits.queries.kit import Key, Said, key_of, texts_of_kits, wanted_files
from communications.kits.services.kit_making import Content, make
from programmes.database.clock import Clock
from programmes.database.lease import LEASE
from programmes.database.wake import is_stopping
from programmes.models import Programme

log = logging.getLogger(__name__)

# A claim: few enough to be made long before its lease ends.
HANDFUL = 24
MOST_ATTEMPTS = 3
# Longer than any download takes.
KEPT = timedelta(hours=1)
# Between two tries where there is no room.
PATIENCE = timedelta(minutes=1)
# A round leaves the worker to mails before the clock wakes the next one.
ROUND = timedelta(seconds=15)


def run_pump(clock: Clock, is_to_end: Callable[[], bool] = is_stopping) -> None:
    """Note what kits should hold, make what waits for a quarter of a minute, drop what is old.

    It ends earlier once it is to. One worker at a time is enough, and leaves the others to mails:
    nothing is done while files are in hand.
    """
    if KitFile.objects.in_hand(clock()).exists():
        return
    until = clock() + ROUND
    for programme in Programme.objects.all():
        keep(programme, clock, until, is_to_end)
    sweep(clock())


def keep(
    programme: Programme,
    clock: Clock,
    until: datetime,
    is_to_end: Callable[[], bool] = is_stopping,
) -> int:
    """Bring the kits of a programme up to date; return how many files were worked on."""
    texts = texts_of_kits(programme)
    note_wanted(programme, wanted_files(texts), clock())
    said = {key_of(one, kind): one for one in texts for kind in one.kinds}
    count = 0
    while not is_to_end() and clock() < until and (files := claim(programme, clock())):
        count += len(files)
        work(files, said, clock)
    return count


@transaction.atomic
def note_wanted(programme: Programme, wanted: dict[Key, str], now: datetime) -> None:
    """Let files wait that are new or should say something else, and retire the others."""
    known = {_key(one): one for one in KitFile.objects.of(programme)}
    changed, gone = [], []
    for key, file in known.items():
        if key not in wanted:
            gone += [] if file.state == KitFile.State.RETIRED else [file.pk]
        elif file.wanted != wanted[key] or file.state == KitFile.State.RETIRED:
            changed.append(_asked_again(file, wanted[key], now))
    KitFile.objects.bulk_create(
        [_new(key, wanted[key], now) for key in wanted if key not in known],
        batch_size=500,
        ignore_conflicts=True,
    )
    KitFile.objects.bulk_update(changed, [*_ASKED, "wanted", "asked_at"], batch_size=500)
    retire(gone, now)


_ASKED: dict[str, Any] = {
    "state": KitFile.State.WAITING,
    "problem": "",
    "detail": "",
    "attempts": 0,
    **LEASE.nobodys,
}


def _new(key: Key, fingerprint: str, now: datetime) -> KitFile:
    message, adaptation, place, language, kind = key
    return KitFile(
        message_id=message,
        adaptation_id=adaptation,
        place_id=place,
        language=language,
        kind=kind,
        wanted=fingerprint,
        asked_at=now,
    )


def _asked_again(file: KitFile, fingerprint: str, now: datetime) -> KitFile:
    file.wanted, file.asked_at = fingerprint, now
    for name, value in _ASKED.items():
        setattr(file, name, value)
    return file


def _key(file: KitFile) -> Key:
    return file.message_id, file.adaptation_id, file.place_id, file.language, file.kind


def retire(keys: Iterable[int], now: datetime) -> None:
    """Take files out of their kits; who is downloading them still gets them."""
    keys = list(keys)
    KitFile.objects.filter(pk__in=keys).update(state=KitFile.State.RETIRED, fence="")
    KitVersion.objects.current().filter(file__in=keys).update(superseded_at=now)


def ask_again(file: KitFile, now: datetime) -> bool:
    """Let a file be made once more that could not be; tell whether it was one."""
    refused = KitFile.objects.filter(pk=file.pk, state=KitFile.State.REFUSED)
    return bool(refused.update(**_ASKED, asked_at=now))


def claim(programme: Programme, now: datetime) -> list[KitFile]:
    """Take the files that wait longest for one lease; none if nothing waits."""
    waiting = KitFile.objects.of(programme).to_be_made(now)
    keys = list(waiting.order_by("asked_at", "pk").values_list("pk", flat=True)[:HANDFUL])
    free = KitFile.objects.to_be_made(now).filter(pk__in=keys)
    making = KitFile.State.MAKING
    mine = LEASE.claim(free, now, state=making, attempts=F("attempts") + 1)
    return list(KitFile.objects.filter(pk__in=keys, **mine).order_by("pk")) if mine else []


def work(files: Iterable[KitFile], said: dict[Key, Said], clock: Clock) -> None:
    """Make claimed files, each on its own: what is wrong with one is no harm to the others."""
    for file in files:
        text = said.get(_key(file))
        if text is None:
            continue  # wanted by a worker that has looked later: the next round knows it too
        try:
            keep_version(file, make(text, file.kind), text.fingerprint(), clock())
        except UnfitError as unfit:
            refuse(file, unfit.part, unfit.detail)
        except DatabaseError as error:
            wait_for_room(file, error, clock())
        except Exception:
            log.exception("Kit file %s could not be created", file.pk)
            if file.attempts >= MOST_ATTEMPTS:
                refuse(file, "failed")


@transaction.atomic
def keep_version(file: KitFile, content: Content, fingerprint: str, now: datetime) -> None:
    """Put what was made in the place of what was there, unless somebody else owns the file now."""
    mine = LEASE.own(file).select_for_update().first()
    if mine is None or mine.state != KitFile.State.MAKING:
        return
    sha256 = hashlib.sha256(content.data).hexdigest()
    before = file.versions.current()
    if not before.filter(sha256=sha256).update(fingerprint=fingerprint):
        before.update(superseded_at=now)
        file.versions.create(
            fingerprint=fingerprint,
            sha256=sha256,
            size=len(content.data),
            content=content.data,
            picture=content.picture,
            made_at=now,
        )
    is_done = mine.wanted == fingerprint
    _settle(file, KitFile.State.READY if is_done else KitFile.State.WAITING)


def refuse(file: KitFile, problem: str, detail: str = "") -> None:
    """Say why a file cannot be made; what it was before stays in the kit."""
    _settle(file, KitFile.State.REFUSED, problem=problem, detail=detail[:20])


def wait_for_room(file: KitFile, error: DatabaseError, now: datetime) -> None:
    """Try again in a minute what the database could not keep; nothing else was touched."""
    log.error("There is no room for a kit file: %s", error)
    try:
        _settle(file, KitFile.State.WAITING, problem="room", lease_until=now + PATIENCE)
    except DatabaseError:
        log.error("The lease of the kit file will expire")


def _settle(file: KitFile, state: str, **values: Any) -> None:
    settled = {"problem": "", "detail": "", **values}
    LEASE.release(LEASE.own(file), state=state, attempts=0, **settled)


def sweep(now: datetime) -> None:
    """Drop what was superseded an hour ago, and retired files of which nothing is left."""
    KitVersion.objects.filter(superseded_at__lt=now - KEPT).delete()
    KitFile.objects.filter(state=KitFile.State.RETIRED, versions=None).delete()
