"""Which delivery leaves when: the dispatch whose turn it is, batch after batch."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Value, When

from communications.dispatches.models import Delivery, Dispatch
from communications.dispatches.services.batch import Batch, read_batch
from communications.dispatches.services.dispatch import pause_in_doubt
from communications.mailroom.services import ledger
from communications.mailroom.services.kind import MailKind, register
from communications.mailroom.services.ledger import Claim
from communications.messages.models import Message
from stakeholders.models import Contact


def first_levels(message: str) -> Case:
    """Return the place of a message among others: urgent ones first, then operational ones.

    ``message`` is the way to it from what is ordered, such as ``dispatch__message``.
    """
    return Case(
        When(**{f"{message}__is_urgent": True}, then=Value(0)),
        When(**{f"{message}__level": Message.Level.OPERATIONAL}, then=Value(1)),
        When(**{f"{message}__level": Message.Level.TACTICAL}, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )


class Deliveries(MailKind[Delivery]):
    """The mails of dispatches: one dispatch at a time, the more urgent one first."""

    model = Delivery
    rank = 2

    def ready(self, now: datetime) -> QuerySet[Delivery]:
        """Return what may leave now of all dispatches that run."""
        return waiting(now).filter(dispatch__in=Dispatch.objects.running()).order_by("due_at")

    def claim(self, now: datetime) -> Claim | None:
        """Claim a batch of the dispatch that comes first."""
        first = first_dispatch(now)
        if first is None:
            return None
        return ledger.claim(self.ready(now).filter(dispatch=first), settings.SEND_BATCH, now)

    def read(self, claim: Claim, now: datetime) -> Batch | None:
        """Read a claimed batch; None if its approval no longer stands."""
        return read_batch(claim, now)

    def sweep_taken(self, rows: QuerySet[Delivery]) -> int:
        """Call sent what was taken; contacts are written in the order of people."""
        in_order = rows.order_by("dispatch__message__programme_id", "person_id")
        return super().sweep_taken(in_order.select_related("dispatch__message"))

    def doubt(self, keys: Sequence[int], now: datetime) -> None:
        """Pause the dispatch that most of the mails belong to, unless somebody let it go on."""
        pause_in_doubt(keys, now)

    def note_sent(self, row: Delivery, at: datetime) -> None:
        """Note that the person was told something."""
        Contact.objects.note(row.dispatch.message.programme_id, row.person_id, at)


DELIVERIES = register(Deliveries())


def waiting(now: datetime) -> QuerySet[Delivery]:
    """Return the rows whose time it is, whatever becomes of their dispatch."""
    return ledger.due(Delivery.objects.filter(latest_at__gte=now), now)


def first_dispatch(now: datetime) -> int | None:
    """Return the dispatch whose turn it is: urgent and operational ones first, then the oldest.

    Each is asked for one row of its own, so that the number of rows does not matter.
    """
    own = waiting(now).filter(dispatch=OuterRef("pk")).order_by("due_at")
    running = Dispatch.objects.running().annotate(
        rank=first_levels("message"), first_due_at=Subquery(own.values("due_at")[:1])
    )
    found = running.filter(first_due_at__isnull=False).order_by("rank", "first_due_at", "pk")
    return found.values_list("pk", flat=True).first()
