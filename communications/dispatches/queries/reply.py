"""What servers said of mails that they refused, read from so many rows at most."""

import re
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from communications.dispatches.models import Delivery, Dispatch
from communications.dispatches.models.dispatch import UNWEIGHED
from communications.dispatches.queries.tally import Holding
from communications.mailroom.models import State, reason_words
from programmes.scope import Scope
from programmes.timing import Delay

ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
# So many rows are read, and so many of their reasons are told.
READ, TOLD = 300, 20


class Refused(NamedTuple):
    """A mail that was refused for now: why, and when it is tried again (UTC)."""

    reason: str
    next_try_at: datetime


def failed_replies(dispatch: Dispatch, sites: Collection[int]) -> Counter[str]:
    """Count why mails to some sites failed for good, of ``READ`` of them (one query)."""
    rows = Delivery.objects.filter(dispatch=dispatch, site__in=sites, state=State.FAILED)
    replies = rows.order_by().values_list("reason", flat=True)[:READ]
    return Counter(reply for reply in replies if reply)


def refused_for_now(dispatch: Dispatch, scope: Scope, holding: Holding) -> list[Refused]:
    """Return ``READ`` of those that are refused for now, by their tries (one query)."""
    rows = Delivery.objects.within(scope).filter(
        holding.rows,
        dispatch=dispatch,
        state=State.PLANNED,
        next_try_at__lt=UNWEIGHED,
        due_at__lte=holding.now,
    )
    refused = rows.exclude(delay__in=(Delay.BUDGET, Delay.TEXT))
    found = refused.order_by("next_try_at")
    read = found.values_list("reason", "next_try_at")[:READ]
    return [Refused(reason, at) for reason, at in read if at is not None]


def reason_of_many(reason: str) -> str:
    """Return a reason in words, without the addresses that a server's reply may name."""
    return ADDRESS.sub("…", reason_words(reason))


def reasons_in(counted: Counter[str]) -> list[tuple[str, int]]:
    """Return the most frequent reasons in words, with their counts."""
    words: Counter[str] = Counter()
    for reason, n in counted.items():
        words[reason_of_many(reason)] += n
    return words.most_common(TOLD)
