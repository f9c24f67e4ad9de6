"""The rest of the state machine: what becomes of postings that no worker has in hand.

    planned, claimed ── cancel, stop ──► cancelled ── revive ──► planned
    claimed ── take back ──► planned            in doubt ── end doubt ──► sent
    planned ── done by hand ──► sent            in doubt ── try again ──► planned
    failed ── wait again ──► planned
    sent ── undone by hand ──► planned      skipped ── take up ──► planned

This module and ``ledger`` write all states; two steps of the ledger are also written in SQL, by
``dispatches.services.journal``. Each statement names the state that it expects, and
returns how many rows it changed. What is being sent is left alone by all but
``put_in_doubt``.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from communications.mailroom.models import Posting, Reason, State
from communications.mailroom.services.ledger import SHORT_PAUSE, doubt_forgotten

ANEW: dict[str, Any] = {"state": State.PLANNED, "reason": "", "fence": "", "ended_at": None}
FREE: dict[str, Any] = {"fence": "", "lease_until": None}


def new_row(reason: str, now: datetime) -> dict[str, Any]:
    """Return the columns of a row that is added: planned, or cancelled at once with its reason."""
    if not reason:
        return {"state": State.PLANNED, "reason": "", "ended_at": None}
    return {"state": State.CANCELLED, "reason": reason, "ended_at": now}


def cancel(rows: QuerySet[Any], reason: str, now: datetime, **more: Any) -> int:
    """Cancel what waits; what a worker has claimed goes on."""
    planned = rows.filter(state=State.PLANNED)
    return planned.update(state=State.CANCELLED, reason=reason, ended_at=now, **more)


def stop(rows: QuerySet[Any], reason: str, now: datetime) -> int:
    """Cancel all that has not begun, also what workers have claimed."""
    doubt_forgotten(rows, now)
    waiting = rows.filter(state__in=[State.PLANNED, State.CLAIMED])
    return waiting.update(state=State.CANCELLED, reason=reason, ended_at=now, lease_until=None)


def take_back(rows: QuerySet[Any], now: datetime) -> int:
    """Plan again what workers have claimed and not begun: what they have read is out of date."""
    doubt_forgotten(rows, now)
    return rows.filter(state=State.CLAIMED).update(state=State.PLANNED, **FREE)


def revive(rows: QuerySet[Any], **more: Any) -> int:
    """Plan again what was cancelled."""
    return rows.filter(state=State.CANCELLED).update(**ANEW, **more)


def take_up_skipped(rows: QuerySet[Any], **more: Any) -> int:
    """Plan again what nobody was to get when it was read, and somebody may get now."""
    return rows.filter(state=State.SKIPPED).update(**ANEW, **more)


def wait_again(rows: QuerySet[Any], now: datetime) -> None:
    """Plan again what was refused, for good or for now, by a server that refuses everybody.

    They rest a little, so that another mail is tried first the next time.
    """
    rests = {"next_try_at": now + SHORT_PAUSE}
    rows.filter(state=State.FAILED).update(**ANEW, **rests)
    rows.filter(state=State.PLANNED).update(**rests)


def try_again(row: Posting, now: datetime, **more: Any) -> int:
    """Plan again at once what is in doubt, on somebody's word: it may arrive twice."""
    return _in_doubt(row).update(**ANEW, next_try_at=now, **more)


def end_doubt(row: Posting, reason: Reason) -> int:
    """Call sent what is in doubt, since somebody or something says that it was taken."""
    return _in_doubt(row).update(state=State.SENT, reason=reason)


def _in_doubt(row: Posting) -> QuerySet[Any]:
    return type(row)._default_manager.filter(pk=row.pk, state=State.IN_DOUBT)


def done_by_hand(row: Posting, at: datetime, **more: Any) -> int:
    """Call sent what waits, since somebody has brought it there by hand at an instant (UTC)."""
    planned = type(row)._default_manager.filter(pk=row.pk, state=State.PLANNED)
    return planned.update(state=State.SENT, ended_at=at, **more)


def undone_by_hand(row: Posting, **more: Any) -> int:
    """Let wait again what somebody called brought there by hand."""
    sent = type(row)._default_manager.filter(pk=row.pk, state=State.SENT)
    return sent.update(**ANEW, **more)


def put_in_doubt(rows: QuerySet[Any], reason: Reason, now: datetime) -> int:
    """Put in doubt what may have left, whatever its state."""
    return rows.update(state=State.IN_DOUBT, reason=reason, ended_at=now, **FREE)
