"""Comparing the audit trail with its seals, link by link, a batch in memory at a time.

Nobody waits for it. What somebody erases while it is read looks wrong for a moment: a batch with a
fault is therefore read again under the lock of the chain, and so is the end.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from django.contrib.auth import get_user_model
from django.db import transaction

from programmes.database.clock import database_now
from programmes.models.seal import Chain, Seal
from programmes.queries.seals import (
    Entry,
    content_hash,
    entries_by_key,
    is_blank,
    link_after,
)
from programmes.services.sealing import BATCH, unsealed

# The pump seals within a minute, while it runs.
LONGEST_WAIT = timedelta(hours=1)
# More is counted, and not kept in words.
MOST_KEPT = 50


@dataclass
class Report:
    """What was found.

    Attributes:
        sealed: how many entries have a seal.
        erased: of how many the content was erased.
        waiting: how many wait for their seal.
        late: how many of them have waited for more than an hour, by their own time.
        faults: sentences, the first fifty; ``broken`` counts all.
        head: end of the chain.

    """

    sealed: int = 0
    erased: int = 0
    waiting: int = 0
    late: int = 0
    broken: int = 0
    faults: list[str] = field(default_factory=list)
    head: str = ""

    def add(self, faults: Iterable[str]) -> None:
        """Note what is wrong."""
        for fault in faults:
            self.broken += 1
            if len(self.faults) < MOST_KEPT:
                self.faults.append(fault)


@dataclass(frozen=True)
class _Batch:
    """Links that follow each other, the entries they are of, and which of these were erased."""

    seals: list[Seal]
    entries: Mapping[int, Entry]
    erased: Mapping[int, bytes]
    accounts: set[int]

    @property
    def is_last(self) -> bool:
        """Tell whether the chain ends with it."""
        return len(self.seals) < BATCH


def verify(heads: Mapping[int, str], tell: Callable[[int], None] = lambda _read: None) -> Report:
    """Return what is wrong with the audit trail.

    Args:
        heads: ends of the chain that were written down elsewhere: hash by number.
        tell: is told after each batch how many entries were read.

    """
    report, last = Report(), Seal(number=0, link=bytes(32))
    is_over = False
    while not is_over:
        batch = _batch_after(last.number)
        faults = list(_faults_in(batch, last, heads))
        if faults or batch.is_last:
            batch, faults = _again(last, heads)
        report.add(faults)
        report.sealed += sum(not seal.is_erasure for seal in batch.seals)
        report.erased += sum(seal.is_erasure for seal in batch.seals)
        tell(report.sealed + report.erased)
        last, is_over = batch.seals[-1] if batch.seals else last, batch.is_last
    report.waiting = unsealed().count()
    report.late = unsealed().filter(timestamp__lt=database_now() - LONGEST_WAIT).count()
    report.head = f"{last.number}:{bytes(last.link).hex()}" if last.number else ""
    return report


@transaction.atomic
def _again(last: Seal, heads: Mapping[int, str]) -> tuple[_Batch, list[str]]:
    """Look at a batch again while nobody seals or erases, and at the end of the chain with it."""
    chain = _held_chain()
    batch = _batch_after(last.number)
    faults = list(_faults_in(batch, last, heads))
    if batch.is_last:
        faults += _tail(batch.seals[-1] if batch.seals else last, chain, heads)
    return batch, faults


def _faults_in(batch: _Batch, last: Seal, heads: Mapping[int, str]) -> Iterator[str]:
    for before, seal in pairwise([last, *batch.seals]):
        yield from _faults(before, seal, batch)
        yield from _at_head(seal, heads)


def _held_chain() -> Chain:
    """Return the row of the chain, locked; nothing is written, also if there is none yet."""
    return Chain.objects.select_for_update().filter(pk=1).first() or Chain()


def _batch_after(number: int) -> _Batch:
    seals = list(Seal.objects.filter(number__gt=number).order_by("number")[:BATCH])
    keys = [seal.entry for seal in seals]
    entries = entries_by_key(keys)
    notes = Seal.objects.filter(entry__in=keys, is_erasure=True)
    erased = {entry: bytes(kept) for entry, kept in notes.values_list("entry", "content")}
    return _Batch(seals, entries, erased, _accounts_left(seals, entries))


def _accounts_left(seals: Iterable[Seal], entries: Mapping[int, Entry]) -> set[int]:
    """Return the accounts that still are, of those that their entries name no more."""
    forgotten = {
        seal.actor
        for seal in seals
        if seal.actor and seal.entry in entries and entries[seal.entry]["actor_id"] is None
    }
    if not forgotten:
        return set()
    users = get_user_model()._default_manager.filter(pk__in=forgotten)
    return set(users.values_list("pk", flat=True))


def _faults(before: Seal, seal: Seal, batch: _Batch) -> Iterator[str]:
    """Yield what is wrong with one link and its entry."""
    entry = batch.entries.get(seal.entry)
    if seal.number != before.number + 1:
        yield f"Links {before.number + 1} to {seal.number - 1} are missing."
        if entry is not None or seal.is_erasure:
            yield from _content_faults(seal, entry, batch)
    elif entry is None and not seal.is_erasure:
        yield f"Entry {seal.entry} is missing (link {seal.number})."
    elif faults := list(_content_faults(seal, entry, batch)):
        yield from faults
    elif bytes(seal.link) != link_after(bytes(before.link), seal, _said(seal, entry)):
        yield f"Entry {seal.entry} or link {seal.number} was changed."


def _said(seal: Seal, entry: Entry | None) -> Entry | None:
    return None if seal.is_erasure else entry


def _content_faults(seal: Seal, entry: Entry | None, batch: _Batch) -> Iterator[str]:
    if seal.is_erasure or entry is None:
        return
    if entry["actor_id"] != seal.actor and not _is_forgotten(seal, entry, batch):
        yield f"Entry {seal.entry} names a different account (link {seal.number})."
    elif not seal.salt:
        if batch.erased.get(seal.entry) != bytes(seal.content) or not is_blank(entry):
            yield f"Entry {seal.entry} was emptied but not erased (link {seal.number})."
    elif seal.entry in batch.erased:
        yield f"Entry {seal.entry} was erased but is there again (link {seal.number})."
    elif bytes(seal.content) != content_hash(bytes(seal.salt), entry):
        yield f"Entry {seal.entry} was changed (link {seal.number})."


def _is_forgotten(seal: Seal, entry: Entry, batch: _Batch) -> bool:
    """Tell whether an entry names nobody because the account was deleted."""
    return entry["actor_id"] is None and seal.actor not in batch.accounts


def _at_head(seal: Seal, heads: Mapping[int, str]) -> Iterator[str]:
    if heads.get(seal.number, bytes(seal.link).hex()) != bytes(seal.link).hex():
        yield f"Link {seal.number} differs from the head that was recorded."


def _tail(last: Seal, chain: Chain, heads: Mapping[int, str]) -> Iterator[str]:
    """Yield what shows that the end of the chain was cut off."""
    if (chain.number, bytes(chain.link)) != (last.number, bytes(last.link)):
        yield f"The chain ends at link {last.number}, but {chain.number} links were made."
    cut = [number for number in heads if number > last.number]
    if cut:
        yield f"The chain ends at link {last.number}, but link {max(cut)} was recorded."
