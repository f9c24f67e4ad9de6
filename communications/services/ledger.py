"""The state machine of everything that is sent, on one page.

    planned ── claim ──► claimed ── begin ──► sending ── settle ──► sent, failed, in doubt
       ▲                    │                    │
       └── release, sweep ──┘                    └── sweep ──► in doubt

A row is written only by the claim that owns it: each statement names the state it expects and
the fence of its claim, so that a worker that slept through its lease changes nothing. A row in
``sending`` may have been delivered; it is never planned again.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet

from communications.channels import Outcome, Result
from communications.models import Posting, Reason, State

Row = TypeVar("Row", bound=Posting)

SHORT_PAUSE = timedelta(seconds=20)
FIRST_PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=2)


@dataclass(frozen=True)
class Claim:
    """The rows that one worker owns for a while."""

    model: type[Posting]
    fence: str

    @property
    def rows(self) -> QuerySet[Posting]:
        """Return the rows that this claim still owns, sent or not."""
        return self.model._default_manager.filter(fence=self.fence)


def claim(ready: QuerySet[Row], size: int, now: datetime) -> Claim | None:
    """Take up to ``size`` ready rows for one lease; None if there are none."""
    taken = Claim(ready.model, secrets.token_hex(16))
    with transaction.atomic():
        count = ready.model._default_manager.filter(
            pk__in=[row.pk for row in unlocked(ready)[:size]], state=State.PLANNED
        ).update(
            state=State.CLAIMED,
            fence=taken.fence,
            lease_until=now + timedelta(seconds=settings.CLAIM_LEASE_SECONDS),
        )
    return taken if count else None


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
            language=row.language,
            address=row.address,
        )
        == 1
    )


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
        )
    elif result.outcome == Outcome.ABANDONED:
        return False
    else:
        changed = mine.update(
            state=ENDS[result.outcome],
            reason="" if result.outcome == Outcome.SENT else result.reply,
            ended_at=now,
            lease_until=None,
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


def release(claim: Claim) -> int:
    """Give back what has not begun."""
    return claim.rows.filter(state=State.CLAIMED).update(
        state=State.PLANNED, fence="", lease_until=None
    )


def postpone(claim: Claim, reason: str, now: datetime) -> int:
    """Give back what has not begun, to be tried after a pause: something of our own is wrong."""
    return claim.rows.filter(state=State.CLAIMED).update(
        state=State.PLANNED,
        fence="",
        lease_until=None,
        reason=reason,
        next_try_at=now + FIRST_PAUSE,
    )


def sweep(model: type[Posting], now: datetime) -> None:
    """Take back expired claims; call expired sendings in doubt. Safe to run at any time."""
    left = model._default_manager.filter(lease_until__lt=now)
    left.filter(state=State.CLAIMED).update(state=State.PLANNED, fence="", lease_until=None)
    left.filter(state=State.SENDING).update(
        state=State.IN_DOUBT, reason=Reason.CUT, ended_at=now, lease_until=None
    )
