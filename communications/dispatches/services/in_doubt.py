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
from communications.mailroom.models import Posting, Reason
from communications.mailroom.services import replanning
from programmes.services.trail import write_entry
from stakeholders.models import User


@transaction.atomic
def confirm(row: Posting, act: str, user: User, now: datetime) -> bool:
    """Call what is in doubt sent; False if it is not in doubt."""
    if not replanning.end_doubt(row, Reason.CONFIRMED):
        return False
    note(row, act, user, now)
    return True


@transaction.atomic
def try_again(
    row: Posting, act: str, user: User, now: datetime, wake: Callable[[], Any], **more: Any
) -> bool:
    """Plan what is in doubt again, at once: it may arrive twice. False if it is not in doubt."""
    if not replanning.try_again(row, now, **more):
        return False
    note(row, act, user, now)
    wake()
    return True


def note(what: Model, act: str, user: User | None, now: datetime) -> None:
    """Write into the audit trail who did what; an operator's command has no user.

    What is done to a mail can be found by its dispatch: see ``trail_id``. The entry names the state
    that a posting has from then on, which is changed in the database alone.
    """
    if isinstance(what, Posting):
        what.refresh_from_db(fields=["state"])
    cid = trail_id(what.dispatch_id) if isinstance(what, Delivery) else None
    write_entry(what, LogEntry.Action.UPDATE, user, now, said={"act": act}, cid=cid)
