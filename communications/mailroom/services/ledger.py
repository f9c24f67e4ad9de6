"""The state machine of everything that is sent: what workers do with rows that are due.

    planned ── claim ──► claimed ── begin ──► sending ── settle ──► sent, failed, in doubt
       ▲                    │                    │
       └── release, sweep ──┘                    └── sweep ──► in doubt

A row is written only by the claim that owns it: each statement names the state it expects and
the fence of its claim, so that a worker that slept through its lease changes nothing. A row in
``sending`` may have been delivered; it is never planned again. Nor is one whose claim is of an
earlier life of the database (see ``database_life``): that its body began may have been forgotten.

This page and ``replanning``, which is about rows that no worker has in hand, are all that writes
a state; ``dispatches.services.journal`` does two of these steps in statements of its own.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from communications.mailroom.channels import Outcome, Result
from communications.mailroom.models import Posting, Reason, State, Sweeper
from communications.mailroom.services import watermark, witness
from communications.mailroom.services.database_life import LENGTH, current_life
from communications.mailroom.services.identity import recalled

Row = TypeVar("Row", bound=Posting)

SHORT_PAUSE = timedelta(seconds=20)
FIRST_PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=2)
FENCE_BYTES = 12


@dataclass(frozen=True)
class Claim:
    """The rows that one worker owns for a while."""

    model: type[Posting]
    fence: str

    @property
    def rows(self) -> QuerySet[Posting]:
        """Return the rows that this claim still owns, sent or not."""
        return self.model._default_manager.filter(fence=self.fence)

    def is_remembered(self) -> bool:
        """Tell whether the database knows all that this claim has written."""
        return self.fence[:LENGTH] == current_life()


def is_rested(now: datetime) -> Q:
    """Return the condition of rows that do not wait for a later try."""
    return Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)


def due(rows: QuerySet[Row], now: datetime) -> QuerySet[Row]:
    """Narrow to the rows whose time it is: planned, due, and not resting between two tries."""
    return rows.filter(is_rested(now), state=State.PLANNED, due_at__lte=now)


def claim(ready: QuerySet[Row], size: int, now: datetime) -> Claim | None:
    """Take up to ``size`` ready rows for one lease; None if there are none.

    The commit waits for the disk, whatever the steps within the claim do: see ``database_life``.
    Nothing is taken from a database that was put back or copied: see ``watermark``.
    """
    taken = Claim(ready.model, current_life() + secrets.token_hex(FENCE_BYTES))
    with transaction.atomic():
        if not take(taken, ready, size, now):
            return None
        risen = watermark.rise()
        transaction.set_rollback(risen is None)
    if risen:
        witness.tell(*risen)
        return taken
    return claim(ready, size, now) if watermark.may_send(now) else None


def take(claim: Claim, ready: QuerySet[Row], size: int, now: datetime) -> int:
    """Write the claim on up to ``size`` ready rows; return how many."""
    return ready.model._default_manager.filter(
        pk__in=list(unlocked(ready).values_list("pk", flat=True)[:size]), state=State.PLANNED
    ).update(
        state=State.CLAIMED,
        fence=claim.fence,
        lease_until=now + timedelta(seconds=settings.CLAIM_LEASE_SECONDS),
    )


def unlocked(ready: QuerySet[Row]) -> QuerySet[Row]:
    """Return what no rival has in hand: PostgreSQL skips locked rows, SQLite has one writer."""
    if not connection.features.has_select_for_update_skip_locked:
        return ready
    return ready.select_for_update(skip_locked=True, of=("self",))


def renew(claim: Claim, now: datetime) -> bool:
    """Extend the lease of what has not begun; False if nothing of it is owned any more."""
    lease = now + timedelta(seconds=settings.CLAIM_LEASE_SECONDS)
    return claim.rows.filter(state=State.CLAIMED).update(lease_until=lease) > 0


def begin(claim: Claim, row: Posting, now: datetime) -> bool:
    """Write down that the body starts now, with what is about to be sent; False forbids it."""
    return (
        claim.rows.filter(pk=row.pk, state=State.CLAIMED).update(
            state=State.SENDING,
            lease_until=now + timedelta(seconds=settings.SENDING_LEASE_SECONDS),
            attempts=F("attempts") + 1,
            **intent_of(row),
        )
        == 1
    )


def intent_of(row: Posting) -> dict[str, object]:
    """Return what is stored of a try: also of one that was refused before its body."""
    return {name: getattr(row, name) for name in row.WRITTEN_AT_BEGIN}


def settle(claim: Claim, row: Posting, result: Result, now: datetime) -> bool:
    """Write the outcome of one try; False if there is none, or the row is owned no more."""
    mine = claim.rows.filter(pk=row.pk, state__in=[State.CLAIMED, State.SENDING])
    if result.outcome == Outcome.RETRY:
        changed = mine.update(
            state=State.PLANNED,
            fence="",
            lease_until=None,
            reason=result.reply,
            next_try_at=now + pause_after(row.attempts),
            attempts=row.attempts + 1,
            **intent_of(row),
        )
    elif result.outcome == Outcome.ABANDONED:
        return False
    else:
        changed = mine.update(
            state=ENDS[result.outcome],
            reason="" if result.outcome == Outcome.SENT else result.reply,
            ended_at=now,
            lease_until=None,
            **intent_of(row),
        )
    return changed > 0


ENDS = {
    Outcome.SENT: State.SENT,
    Outcome.FAILED: State.FAILED,
    Outcome.IN_DOUBT: State.IN_DOUBT,
}


def pause_after(attempts: int) -> timedelta:
    """Return how long a refused mail rests: 2 minutes, doubled at each try, 2 hours at most."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts, 10)
    return min(LONGEST_PAUSE, doubled)


def end(claim: Claim, row: Posting, state: State, reason: str, now: datetime) -> None:
    """End a row that is not to be sent (skipped or failed), with its reason."""
    claim.rows.filter(pk=row.pk, state=State.CLAIMED).update(
        state=state, reason=reason, ended_at=now, lease_until=None
    )


def rest(claim: Claim, row: Posting, now: datetime) -> None:
    """Give one row back for later, behind the others: the server hung up while it was in hand."""
    claim.rows.filter(pk=row.pk, state=State.CLAIMED).update(
        state=State.PLANNED, fence="", lease_until=None, next_try_at=now + SHORT_PAUSE
    )


def wait(claim: Claim, row: Posting, until: datetime, **columns: object) -> None:
    """Give one row back that nothing is wrong with, to be looked at again at an instant (UTC)."""
    claim.rows.filter(pk=row.pk, state=State.CLAIMED).update(
        state=State.PLANNED, fence="", lease_until=None, next_try_at=until, **columns
    )


def wait_all(claim: Claim, rows: Collection[int], until: datetime) -> None:
    """Give some rows back, by their ids, to be read again from an instant on (UTC)."""
    claim.rows.filter(pk__in=rows, state=State.CLAIMED).update(
        state=State.PLANNED, fence="", lease_until=None, next_try_at=until
    )


def release(claim: Claim) -> int:
    """Give back what has not begun."""
    watermark.count_end()
    if not claim.is_remembered():
        return 0
    return claim.rows.filter(state=State.CLAIMED).update(
        state=State.PLANNED, fence="", lease_until=None
    )


def postpone(claim: Claim, reason: str, now: datetime) -> int:
    """Give back what has not begun, to be tried after a pause: something of our own is wrong."""
    if not claim.is_remembered():
        return 0
    return claim.rows.filter(state=State.CLAIMED).update(
        state=State.PLANNED,
        fence="",
        lease_until=None,
        reason=reason,
        next_try_at=now + FIRST_PAUSE,
    )


def sweep(model: type[Posting], now: datetime) -> Counter[Sweeper]:
    """Release expired claims; call expired sendings in doubt. Safe to run at any time.

    Returns how many rows were moved, and why.
    """
    forgotten = doubt_forgotten(model._default_manager.all(), now)
    left = model._default_manager.filter(lease_until__lt=now)
    claimed, sending = left.filter(state=State.CLAIMED), left.filter(state=State.SENDING)
    back = claimed.update(state=State.PLANNED, fence="", lease_until=None)
    cut = sending.update(state=State.IN_DOUBT, reason=Reason.CUT, ended_at=now, lease_until=None)
    return Counter({Sweeper.FORGOTTEN: forgotten, Sweeper.RETURNED: back, Sweeper.CUT: cut})


@transaction.atomic
def sweep_taken(rows: QuerySet[Row], note: Callable[[Row, datetime], None]) -> int:
    """Call sent what the server has taken of workers that no longer say so; return how many.

    Of each it is known that later bodies of its claim began (see ``Sender``): its end is its own
    beginning (UTC), give or take a second. ``note`` writes down what follows.
    """
    later = rows.model._default_manager.filter(
        state=State.SENDING, fence=OuterRef("fence"), lease_until__gt=OuterRef("lease_until")
    )
    taken = rows.filter(Exists(later), state=State.SENDING).exclude(fence="")
    return sum(_call_sent(row, note) for row in unlocked(taken))


def _call_sent(row: Row, note: Callable[[Row, datetime], None]) -> int:
    assert row.lease_until is not None  # noqa: S101  for the type checker
    at = row.lease_until - timedelta(seconds=settings.SENDING_LEASE_SECONDS)
    mine = type(row)._default_manager.filter(pk=row.pk, fence=row.fence, state=State.SENDING)
    changed = mine.update(state=State.SENT, reason="", ended_at=at, lease_until=None)
    if changed:
        note(row, at)
    return changed


def doubt_forgotten(rows: QuerySet[Row], now: datetime) -> int:
    """Call in doubt what was claimed in an earlier life of the database; return how many.

    Whoever plans or cancels claimed rows does this first.
    """
    claimed = rows.filter(state=State.CLAIMED)
    return sum(
        claimed.filter(pk=row.pk, fence=row.fence).update(
            state=State.IN_DOUBT,
            reason=Reason.CUT,
            ended_at=now,
            lease_until=None,
            **recalled(row),
        )
        for row in claimed.exclude(fence__startswith=current_life())
    )
