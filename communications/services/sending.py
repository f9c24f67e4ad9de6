"""Sending what is ready: claim a batch, render once per language, send, write each outcome."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from communications.channels import ChannelError, Outcome, RelayDown, Result, one_line
from communications.channels.mail import Relay, build
from communications.models import Approval, Delivery, Dispatch, Message, State
from communications.services import ledger, relay_state
from communications.services.batch import SENDER_ADDRESS, Batch, Clock, read_batch
from communications.services.ledger import Claim
from programmes.wake import is_stopping, wake
from stakeholders.models import Contact

log = logging.getLogger(__name__)

SENDERS = 2

FIRST_LEVELS = Case(
    When(dispatch__message__is_urgent=True, then=Value(0)),
    When(dispatch__message__level=Message.Level.OPERATIONAL, then=Value(1)),
    When(dispatch__message__level=Message.Level.TACTICAL, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


def wake_senders(count: int = SENDERS) -> None:
    """Let senders look at once for what is ready, when this transaction is committed."""
    for _sender in range(count):
        wake("communications.deliver", queue="dispatch")


def ready(now: datetime) -> QuerySet[Delivery]:
    """Return the rows that may be sent now, urgent and operational ones first."""
    return (
        Delivery.objects.filter(
            Q(next_try_at__isnull=True) | Q(next_try_at__lte=now),
            state=State.PLANNED,
            due_at__lte=now,
            latest_at__gte=now,
            dispatch__in=Dispatch.objects.running(),
        )
        .annotate(rank=FIRST_LEVELS)
        .order_by("rank", "due_at", "pk")
    )


def send_ready(clock: Clock, relay: Relay, until: datetime) -> int:
    """Send batch after batch until nothing is ready or the time is up; return how many tries.

    ``clock`` gives the current instant (UTC). A relay that is down ends the round: its state is
    written, and nothing is tried before its next moment.
    """
    tries = 0
    while clock() < until and not is_stopping() and relay_state.may_try(clock()):
        claim = claim_one_dispatch(clock())
        if claim is None:
            break
        tries += send_batch(claim, clock, relay)
    return tries


def claim_one_dispatch(now: datetime) -> Claim | None:
    """Claim a batch of the dispatch that comes first."""
    first = ready(now).values_list("dispatch", flat=True).first()
    if first is None:
        return None
    return ledger.claim(ready(now).filter(dispatch=first), settings.SEND_BATCH, now)


def send_batch(claim: Claim, clock: Clock, relay: Relay) -> int:
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
        return send_all(claim, batch, clock, relay) if batch else 0
    except RelayDown as down:
        relay_state.failed(down, clock())
        return 0
    finally:
        ledger.release(claim)


def send_all(claim: Claim, batch: Batch, clock: Clock, relay: Relay) -> int:
    """Send the mails of a batch while its lease stands; return how many were tried."""
    tries = 0
    for delivery in batch.deliveries:
        if is_stopping() or not ledger.renew(claim, clock()):
            break
        tries += send_one(claim, delivery, batch, clock, relay)
    if batch.has_sent:
        relay_state.works()
    return tries


def send_one(claim: Claim, delivery: Delivery, batch: Batch, clock: Clock, relay: Relay) -> int:
    """Send one mail, or skip it with its reason; return 1 if a server was asked."""
    reason = batch.reason_to_skip(delivery)
    if reason:
        ledger.end(claim, delivery, State.SKIPPED, reason, clock())
        return 0
    mail = mail_of(claim, delivery, batch, clock())
    if mail is None:
        return 0

    def may_begin() -> bool:
        return may_still_leave(delivery, batch) and ledger.begin(claim, delivery, clock())

    try:
        result = relay.send(SENDER_ADDRESS, delivery.address, mail, may_begin)
    except RelayDown:
        ledger.rest(claim, delivery, clock())
        raise
    settle(claim, delivery, batch, result, clock())
    return 1


@transaction.atomic
def settle(claim: Claim, delivery: Delivery, batch: Batch, result: Result, now: datetime) -> None:
    """Write the outcome of one try, and the contact if the mail was sent."""
    is_written = ledger.settle(claim, delivery, result, now)
    if result.outcome != Outcome.SENT:
        return
    batch.has_sent = True
    if is_written:
        programme = batch.approval.message.programme_id
        Contact.objects.note(programme, delivery.person_id, now)


def mail_of(claim: Claim, delivery: Delivery, batch: Batch, now: datetime) -> bytes | None:
    """Return the mail of a row; None, and the row failed or resting, if it cannot be made."""
    try:
        return build(batch.letter(delivery, now))
    except ChannelError as error:
        ledger.end(claim, delivery, State.FAILED, one_line(str(error)), now)
    except Exception as error:
        log.exception("The mail of delivery %s cannot be made", delivery.pk)
        ledger.settle(claim, delivery, Result(Outcome.RETRY, fault_of(error)), now)
    return None


def fault_of(error: Exception) -> str:
    """Return an error of our own as a reason; its text may hold what is personal."""
    return type(error).__name__


def may_still_leave(delivery: Delivery, batch: Batch) -> bool:
    """Tell whether nobody has paused, cancelled, withdrawn or replaced it since the claim."""
    running = Dispatch.objects.filter(
        pk=delivery.dispatch_id, paused_at__isnull=True, cancelled_at__isnull=True
    )
    still = running.filter(
        message__approvals=batch.approval, message__approvals__state=Approval.State.APPROVED
    )
    return still.exists()
