"""What the tally of the ledger says of a dispatch: where its mails are, and which of them wait."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from communications.dispatches.models import Delivery, Dispatch, Tally
from communications.dispatches.models.tally import WAITING, TallyQuerySet
from communications.mailroom.models import ChannelState, State
from communications.messages.models import Approval
from programmes.scope import Scope

# Some mails that are alike: the columns of ``KEY``, ``n``, and ``first`` and ``last`` end (UTC).
Group = Mapping[str, Any]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Holding:
    """What makes mails wait for something else than their turn, at an instant (UTC).

    ``is_all`` holds all that has not begun: the dispatch is paused, no approval stands, or the
    channel does not answer. Else it is what a server refused for now, and what a move made due
    later; what is tried again within this minute is in the queue.
    """

    is_all: bool
    now: datetime

    @classmethod
    def of(
        cls, dispatch: Dispatch, standing: Approval | None, down: ChannelState | None, now: datetime
    ) -> "Holding":
        return cls(dispatch.paused_at is not None or standing is None or down is not None, now)

    @property
    def rows(self) -> Q:
        """Return the condition of what is held among rows of the ledger."""
        if self.is_all:
            return Q(state__in=(State.PLANNED, State.CLAIMED))
        tried_after = self.now.replace(second=0, microsecond=0) + MINUTE
        return Q(state=State.PLANNED) & (Q(next_try_at__gte=tried_after) | Q(due_at__gt=self.now))

    def holds(self, group: Group) -> bool:
        """Tell whether a group of the tally is held: the same, but for what is sending."""
        if self.is_all or group["part"] != WAITING:
            return bool(group["part"] == WAITING)
        return any(at is not None and at > self.now for at in (group["due_at"], group["try_at"]))


def waiting_in(scope: Scope) -> TallyQuerySet:
    """Return the mails in view that are planned or on their way."""
    return Tally.objects.within(scope).filter(part=WAITING)


def groups_of(dispatch: Dispatch, scope: Scope) -> list[Group]:
    """Return all mails of a dispatch in view by all columns of the tally, in one query."""
    return [*Tally.objects.filter(dispatch=dispatch.pk).within(scope).groups()]


def sending_at(dispatch: Dispatch, scope: Scope, holding: Holding) -> Counter[int]:
    """Return what is sending while all else is held, by site id: a few mails of each sender."""
    if not holding.is_all:
        return Counter()
    rows = Delivery.objects.within(scope).filter(dispatch=dispatch, state=State.SENDING)
    return Counter(dict(rows.order_by().values_list("site").annotate(n=Count("*"))))
