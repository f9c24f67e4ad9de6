"""Letting rows wait for a text in the language of their person.

They stay planned and are looked at again each hour, and as soon as another version is approved.
What becomes of them is decided where their batch is sent, by what is approved then.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from communications.dispatches.models import Delivery
from communications.dispatches.models.dispatch import UNWEIGHED
from communications.mailroom.models import State
from communications.messages.queries.text_wait import waits_at_most
from programmes.timing import Delay, Span

LOOKS_EVERY = timedelta(hours=1)


def look_at(
    delivery: Delivery, is_urgent: bool, blackouts: Sequence[Span], now: datetime
) -> datetime | None:
    """Return when (UTC) a row that waits is looked at again; None if it waits no longer."""
    end = waits_at_most(delivery.latest_at, delivery.site, blackouts, is_urgent=is_urgent)
    return min(now + LOOKS_EVERY, end) if now < end else None


def look_again(rows: QuerySet[Delivery]) -> int:
    """Let those among some rows that wait for a text be looked at again; return how many."""
    waiting = rows.filter(state=State.PLANNED, delay=Delay.TEXT)
    return waiting.exclude(next_try_at=UNWEIGHED).update(next_try_at=None)
