"""How far the sending of each message is, without counting what is over."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from communications.dispatches.models import Delivery, Dispatch, Tally
from communications.dispatches.models.tally import WAITING
from communications.mailroom.models.ledger import OPEN
from communications.messages.models import Message
from programmes.scope import Scope


@dataclass
class Sending:
    """The rows of one message.

    While some are open or to come: which sites have some, how many are open, how many ended, and
    at which sites (``busy``) some are open.
    """

    has_rows: bool = False
    sites: set[int] = field(default_factory=set)
    busy: set[int] = field(default_factory=set)
    open: int = 0
    ended: int = 0


def sendings_of(
    messages: Iterable[Message], coming: Collection[int], scope: Scope
) -> dict[int, Sending]:
    """Return the rows of the ledger in view by message id, in two queries.

    ``coming`` are the messages of which more may be sent. What is over is not counted: it is the
    greater part of a large table.
    """
    found = {message.pk: Sending() for message in messages}
    rows = Delivery.objects.within(scope).filter(dispatch=OuterRef("pk"))
    started = Dispatch.objects.filter(Exists(rows), message__in=found)
    is_open = Exists(rows.filter(state__in=OPEN))
    running = set(coming)
    for pk, has_open in started.annotate(is_open=is_open).values_list("message", "is_open"):
        found[pk].has_rows = True
        running |= {pk} if has_open else set()
    for message, site, part, count in _counted_rows(running, scope):
        sending = found[message]
        sending.sites.add(site)
        if part == WAITING:
            sending.open += count
            sending.busy |= {site} if count else set()
        else:
            sending.ended += count
    return found


def _counted_rows(messages: Collection[int], scope: Scope) -> Iterable[tuple[int, int, str, int]]:
    rows = Tally.objects.within(scope).filter(dispatch__message__in=messages)
    for row in rows.by("dispatch__message", "site", "part"):
        yield row["dispatch__message"], row["site"], row["part"], row["n"]
