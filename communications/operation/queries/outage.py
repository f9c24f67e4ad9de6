"""Whether mails leave: what is due, since when, and what is wrong if nothing has left for long.

All is read from rows, so that any process says the same, also where no worker is left to notice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Expression, F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from communications.dispatches.models import Delivery, Dispatch, Post, Tally
from communications.dispatches.models.dispatch import UNWEIGHED, DeliveryQuerySet
from communications.dispatches.models.tally import WAITING
from communications.mailroom.models import ChannelState, Posting, State, postings
from communications.mailroom.models.ledger import OPEN
from communications.operation.models import Alarm

# So long mails may be due while none leaves.
PATIENCE = timedelta(minutes=5)
# Since when a mail of a dispatch should leave: no sooner than somebody let it go on.
RESUMED = Greatest("due_at", Coalesce("dispatch__resumed_at", "due_at"))

HELD = "The database was restored or copied. Nothing is sent until an administrator decides."
UNREACHABLE = "The mail server is not accepting emails, and emails are due."
STUCK = "Emails are due, but none are being sent."


@dataclass(frozen=True)
class Due:
    """Mails whose moment has come.

    Attributes:
        mails: how many should leave now.
        refused: how many wait for another try, since a server refused each of them for now.
        since: since when (UTC) the first of ``mails`` should leave; None if there are none.

    """

    mails: int = 0
    refused: int = 0
    since: datetime | None = None

    def __add__(self, other: "Due") -> "Due":
        since = min((at for at in (self.since, other.since) if at), default=None)
        return Due(self.mails + other.mails, self.refused + other.refused, since)


@dataclass(frozen=True)
class Outage:
    """Nothing leaves that should: of which kind that is, why, and since when (UTC)."""

    kind: Alarm.Kind
    reason: str
    since: datetime


def outage(now: datetime, due: Due | None = None) -> Outage | None:
    """Return what is wrong with the sending; None if nothing is, or nothing has to leave.

    ``due`` is what should leave now, where that is known already.
    """
    held = ChannelState.objects.filter(channel="database", failing_since__isnull=False).first()
    if held and held.failing_since:
        return Outage(Alarm.Kind.HOLD, HELD, held.failing_since)
    due = due or mails_due(now)
    if due.since is None or due.since > now - PATIENCE:
        return None
    since = max(due.since, last_left_at() or due.since)
    if since > now - PATIENCE:
        return None
    return Outage(Alarm.Kind.SENDING, STUCK if relay_answers() else UNREACHABLE, since)


def relay_answers() -> bool:
    """Tell whether whoever asked the mail server last was answered."""
    down = ChannelState.objects.filter(channel="mail", failing_since__isnull=False)
    return not down.exists()


def mails_due(now: datetime) -> Due:
    """Return what should leave now, and nobody holds back."""
    found = untried(now) + due_of(tried(now), RESUMED, now)
    for model in other_mails():
        rows = model._default_manager.filter(state__in=OPEN, due_at__lte=now)
        found += due_of(rows, F("due_at"), now)
    return found


def untried(now: datetime) -> Due:
    """Return the mails of dispatches that no server has refused and none has hung up on.

    What a worker has in hand is among them. By the tally, since they may be all of a large
    dispatch; by all columns that matter, since what one of its rows adds another may take back.
    """
    rows = Tally.objects.filter(
        part=WAITING, try_at=None, due_at__lte=now, dispatch__in=Dispatch.objects.running()
    ).by("dispatch", "due_at", "dispatch__resumed_at")
    since = (max(row["due_at"], row["dispatch__resumed_at"] or row["due_at"]) for row in rows)
    return Due(mails=sum(row["n"] for row in rows), since=min(since, default=None))


def tried(now: datetime) -> DeliveryQuerySet:
    """Return the other mails of dispatches: as a rule they are few."""
    return Delivery.objects.filter(
        state=State.PLANNED,
        next_try_at__lt=UNWEIGHED,
        due_at__lte=now,
        dispatch__in=Dispatch.objects.running(),
    )


def due_of(rows: QuerySet[Any], due_at: Expression | F, now: datetime) -> Due:
    """Return what is due of some rows; ``due_at`` is since when each should leave.

    What was refused should leave from its next try on. What has no try, though it has a next one,
    was in hand when its server hung up, or something of our own went wrong.
    """
    is_untried = Q(next_try_at=None) | Q(attempts=0)
    is_ready = ~is_untried & Q(next_try_at__lte=now)
    found = rows.aggregate(
        mails=Count("pk", filter=is_untried | is_ready),
        refused=Count("pk", filter=~is_untried & Q(next_try_at__gt=now)),
        since=Min(due_at, filter=is_untried),
        ready=Min(Greatest(due_at, F("next_try_at")), filter=is_ready),
    )
    since = min((found[name] for name in ("since", "ready") if found[name]), default=None)
    return Due(found["mails"], found["refused"], since)


def other_mails() -> list[type[Posting]]:
    """Return the mails that belong to no dispatch: notices, and those of the floors above."""
    return [model for model in postings() if model not in (Delivery, Post)]


def last_left_at() -> datetime | None:
    """Return when the mail server last took a mail (UTC); None if it never has."""
    of_dispatches = Tally.objects.filter(part=State.SENT).aggregate(at=Max("last_at"))["at"]
    others = [
        model._default_manager.filter(state=State.SENT).aggregate(at=Max("ended_at"))["at"]
        for model in other_mails()
    ]
    return max((at for at in [of_dispatches, *others] if at), default=None)
