"""How many emails left in each of the last hours."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.utils import timezone

from communications.dispatches.models import Delivery, Post, Tally
from communications.mailroom.models import Posting, State, postings

HOURS, HOUR = 24, timedelta(hours=1)


@dataclass(frozen=True)
class SentHour:
    """One hour, from when on (UTC), and how many emails left in it."""

    at: datetime
    mails: int


def sent_by_hour(now: datetime) -> list[SentHour]:
    """Return the last 24 hours of the active time zone, the one that runs last: one query."""
    starts = hours_until(now)
    models = [model for model in postings() if model is not Post]
    first, *others = [_counted(model, starts) for model in models]
    found: Counter[int] = Counter()
    for hour, mails in first.union(*others, all=True):
        found[hour] += mails
    return [SentHour(start, found[number]) for number, start in enumerate(starts)]


def hours_until(now: datetime) -> list[datetime]:
    """Return when each of the last 24 hours began (UTC)."""
    last = timezone.localtime(now).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    return [last - HOUR * number for number in reversed(range(HOURS))]


def _counted(model: type[Posting], starts: Sequence[datetime]) -> QuerySet[Any, Any]:
    """Return the number of each hour in which something left, and how much."""
    hour = Case(
        *(When(ended_at__lt=end, then=Value(number)) for number, end in enumerate(starts[1:])),
        default=Value(HOURS - 1),
        output_field=IntegerField(),
    )
    rows: QuerySet[Any] = model._default_manager.filter(state=State.SENT, ended_at__gte=starts[0])
    if model is Delivery:
        # The ledger has no index of instants; its tally knows the few sendings that it is about.
        recent = Tally.objects.filter(part=State.SENT, last_at__gte=starts[0])
        rows = rows.filter(dispatch__in=recent.order_by().values("dispatch"))
    counts = rows.order_by().annotate(sent_hour=hour).values("sent_hour")
    found: QuerySet[Any, Any] = counts.annotate(sent_mails=Count("pk"))
    return found.values_list("sent_hour", "sent_mails")
