"""Sending what is ready: batch after batch, of the dispatch whose turn it is."""

import logging
from datetime import datetime

from django.conf import settings
from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from communications.dispatches.models import Delivery, Dispatch
from communications.dispatches.services.batch import Clock, read_batch
from communications.dispatches.services.sender import Sender, fault_of
from communications.dispatches.services.waking import SENDERS
from communications.mailroom.channels import RelayDown
from communications.mailroom.channels.lanes import Lanes
from communications.mailroom.models import State
from communications.mailroom.services import ledger, relay_state
from communications.mailroom.services.ledger import Claim
from communications.messages.models import Message
from programmes.database.wake import is_stopping

log = logging.getLogger(__name__)

# Connections of a process that sends.
LANES = 8


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


def ready(now: datetime) -> QuerySet[Delivery]:
    """Return the rows that may be sent now."""
    return waiting(now).filter(dispatch__in=Dispatch.objects.running())


def waiting(now: datetime) -> QuerySet[Delivery]:
    """Return the rows whose time it is, whatever becomes of their dispatch."""
    return Delivery.objects.filter(
        Q(next_try_at__isnull=True) | Q(next_try_at__lte=now),
        state=State.PLANNED,
        due_at__lte=now,
        latest_at__gte=now,
    )


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


def lanes_now(now: datetime) -> int:
    """Return over how many connections a process sends.

    Over one alone where each has a pace, and for a while after the server refused one: it may let
    in only so many at once.
    """
    if settings.MAILS_PER_MINUTE or relay_state.is_careful(now):
        return 1
    return min(LANES, settings.MAIL_CONNECTIONS // SENDERS or LANES)


def send_ready(clock: Clock, lanes: Lanes, until: datetime) -> int:
    """Send batch after batch until nothing is ready or the time is up; return how many tries.

    ``clock`` gives the current instant (UTC). A relay that is down ends the round: its state is
    written, and nothing is tried before its next moment.
    """
    tries, has_worked = 0, False
    while clock() < until and not is_stopping() and relay_state.may_try(clock()):
        claim = claim_one_dispatch(clock())
        if claim is None:
            break
        tried = send_batch(claim, clock, lanes)
        if tried and lanes.is_open and not has_worked:
            relay_state.works()
            has_worked = True
        tries += tried
    return tries


def claim_one_dispatch(now: datetime) -> Claim | None:
    """Claim a batch of the dispatch that comes first."""
    first = first_dispatch(now)
    if first is None:
        return None
    rows = ready(now).filter(dispatch=first).order_by("due_at")
    return ledger.claim(rows, settings.SEND_BATCH, now)


def send_batch(claim: Claim, clock: Clock, lanes: Lanes) -> int:
    """Send one claimed batch; what could not begin is given back. Return how many tries.

    A batch that cannot be read rests, so that it does not stand in the way of all others.
    """
    try:
        batch = read_batch(claim, clock())
    except Exception as error:
        log.exception("A batch cannot be read")
        ledger.postpone(claim, fault_of(error), clock())
        return 0
    try:
        return Sender(claim, batch, clock, lanes).send_all() if batch else 0
    except RelayDown as down:
        relay_state.failed(down, clock())
        return 0
    finally:
        ledger.release(claim)
