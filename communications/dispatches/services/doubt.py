"""Settling what is in doubt on somebody's word, and the trace that each act leaves.

Rows change by one conditional UPDATE, which the audit trail does not see by itself.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.db import transaction
from django.db.models import Model

from communications.dispatches.models import Delivery
from communications.dispatches.models.dispatch import trail_id
from communications.mailroom.models import Posting, Reason, State
from programmes.services.trail import write_entry
from stakeholders.models import User

PLANNED_ANEW: dict[str, Any] = {
    "state": State.PLANNED,
    "reason": "",
    "fence": "",
    "ended_at": None,
}


def confirm(row: Posting, act: str, user: User, now: datetime) -> bool:
    """Call what is in doubt sent; False if it is not in doubt."""
    return _settle(row, act, user, now, state=State.SENT, reason=Reason.CONFIRMED)


def try_again(
    row: Posting, act: str, user: User, now: datetime, wake: Callable[[], Any], **more: Any
) -> bool:
    """Plan what is in doubt again, at once: it may arrive twice. False if it is not in doubt."""
    is_planned = _settle(row, act, user, now, **PLANNED_ANEW, next_try_at=now, **more)
    if is_planned:
        wake()
    return is_planned


@transaction.atomic
def _settle(row: Posting, act: str, user: User, now: datetime, **changes: Any) -> bool:
    """Write what somebody says of a row in doubt; False if it is not, or no more."""
    rows = type(row)._default_manager.filter(pk=row.pk, state=State.IN_DOUBT)
    if not rows.update(**changes):
        return False
    note(row, act, user, now)
    return True


def note(what: Model, act: str, user: User | None, now: datetime) -> None:
    """Write into the audit trail who did what; an operator's command has no user.

    What is done to a mail can be found by its dispatch: see ``trail_id``.
    """
    cid = trail_id(what.dispatch_id) if isinstance(what, Delivery) else None
    write_entry(what, LogEntry.Action.UPDATE, user, now, said={"act": act}, cid=cid)
