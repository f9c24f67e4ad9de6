"""Sealing the audit trail, and erasing content from it.

Entries are written by whoever acts, and wait for nobody. The clock seals them later, in batches,
each in a transaction of its own that holds the row of the chain: pumps side by side do not meet,
and one that dies leaves a whole chain behind. A transaction may show an entry long after entries
with higher keys were sealed. So an entry is sealed because it has no seal, never because its key
comes next: above ``settled`` this is asked each time, below it once an hour.
"""

import logging
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from auditlog.models import LogEntry
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from programmes.database.clock import Clock
from programmes.models.seal import Chain, Seal
from programmes.queries.seals import ERASED, FIELDS, Entry, content_hash, link_after

log = logging.getLogger(__name__)

BATCH = 1_000
SALT = 16  # bytes
# A pump goes on for this long; the next one takes what is left.
ROUND = timedelta(seconds=15)
HOUR = timedelta(hours=1)


def seal(clock: Clock) -> int:
    """Seal entries that have no seal, for some seconds at most; return how many."""
    Chain.objects.get_or_create(pk=1)
    now = clock()
    is_whole = not Chain.objects.filter(pk=1, looked_at__gt=now - HOUR).exists()
    last = 0 if is_whole else Chain.objects.values_list("settled", flat=True).get(pk=1)
    sealed = 0
    while keys := waiting_after(last):
        count = seal_batch(keys, clock())
        if count is None or clock() > now + ROUND:
            return sealed
        sealed, last = sealed + count, keys[-1]
    if is_whole:
        _note_look(now)
    _log_head(now)
    return sealed


def waiting_after(key: int) -> list[int]:
    """Return the keys of the next entries above a key that have no seal. No lock is taken."""
    found = unsealed().filter(pk__gt=key).order_by("pk")
    return list(found.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def seal_batch(keys: Sequence[int], now: datetime) -> int | None:
    """Seal what has no seal yet of these entries; return how many, None if another is at it."""
    chain = Chain.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if chain is None:
        return None
    entries = list(unsealed().filter(pk__in=keys).order_by("pk").values(*FIELDS))
    _append(chain, [_seal_of(entry, now) for entry in entries], entries)
    return len(entries)


def unsealed() -> "QuerySet[LogEntry]":
    """Return the entries that wait for their seal."""
    seals = Seal.objects.filter(entry=OuterRef("pk"), is_erasure=False)
    found: QuerySet[LogEntry] = LogEntry.objects.filter(~Exists(seals))
    return found


def locked_chain() -> Chain:
    """Wait for the row of the chain, and hold it until the transaction ends.

    Whoever locks rows of people as well takes this one first.
    """
    Chain.objects.get_or_create(pk=1)
    return Chain.objects.select_for_update().get(pk=1)


def _seal_of(entry: Entry, now: datetime) -> Seal:
    salt = secrets.token_bytes(SALT)
    content = content_hash(salt, entry)
    return Seal(entry=entry["id"], actor=entry["actor_id"], at=now, salt=salt, content=content)


def _append(chain: Chain, seals: Sequence[Seal], entries: Iterable[Entry | None]) -> None:
    for one, entry in zip(seals, entries, strict=True):
        one.number = chain.number + 1
        one.link = link_after(bytes(chain.link), one, entry)
        chain.number, chain.link = one.number, one.link
    Seal.objects.bulk_create(seals)
    chain.save(update_fields=["number", "link"])


def _note_look(now: datetime) -> None:
    """Note that all entries were looked at: what was there an hour ago is settled."""
    with transaction.atomic():
        chain = locked_chain()
        last = Seal.objects.filter(is_erasure=False).aggregate(last=Max("entry"))["last"] or 0
        chain.settled, chain.seen, chain.looked_at = chain.seen, last, now
        chain.save(update_fields=["settled", "seen", "looked_at"])


def _log_head(now: datetime) -> None:
    """Write the end of the chain into the log once an hour, whichever pump comes first."""
    chain = Chain.objects.get(pk=1)
    same = Chain.objects.filter(pk=1, logged_at=chain.logged_at)
    is_time = chain.logged_at is None or chain.logged_at <= now - HOUR
    if chain.number and is_time and same.update(logged_at=now):
        log.info("The audit trail is sealed up to %s.", chain)


@transaction.atomic
def blank_entries(entries: "QuerySet[LogEntry]", now: datetime) -> None:
    """Erase what entries say of a person: who acted on which row and when is left.

    The chain notes it, and keeps the hashes.
    """
    chain = locked_chain()
    keys = sorted(entries.values_list("pk", flat=True))
    for first in range(0, len(keys), BATCH):
        some = keys[first : first + BATCH]
        LogEntry.objects.filter(pk__in=some).update(
            object_repr=ERASED, changes={}, changes_text="", serialized_data=None
        )
        _note_erased(chain, some, now)


def _note_erased(chain: Chain, keys: list[int], now: datetime) -> None:
    # What has no seal yet is sealed as it is now.
    with_salt = Seal.objects.filter(entry__in=keys, is_erasure=False).exclude(salt=b"")
    erased = list(with_salt.order_by("number"))
    notes = [
        Seal(entry=each.entry, is_erasure=True, at=now, salt=b"", content=each.content)
        for each in erased
    ]
    _append(chain, notes, [None] * len(notes))
    Seal.objects.filter(pk__in=[each.pk for each in erased]).update(salt=b"")
