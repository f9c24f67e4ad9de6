"""Sending what is ready: claim a batch, render once per language, send, write each outcome."""

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from communications.channels import ChannelError, Outcome, RelayDown, Result, one_line
from communications.channels.mail import Mail, Relay, build
from communications.channels.slots import PACE
from communications.channels.verp import return_path
from communications.models import Delivery, Dispatch, Message, State
from communications.services import journal, ledger, relay_state
from communications.services.batch import Batch, Clock, read_batch
from communications.services.identity import SENDER_ADDRESS
from communications.services.journal import Told, may_still_leave, settle, write_taken
from communications.services.ledger import Claim
from programmes.wake import is_stopping, wake

log = logging.getLogger(__name__)

SENDERS = 2
LONGEST_BATCH = timedelta(seconds=5)
LONGEST_NAP = 0.5
# How long a page may call “sending” what the server has taken.
LONGEST_UNTOLD = timedelta(seconds=0.5)


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


def wake_senders(count: int = SENDERS) -> None:
    """Let senders look at once for what is ready, when this transaction is committed."""
    for _sender in range(count):
        wake("communications.deliver", queue="dispatch")


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


def send_ready(clock: Clock, relay: Relay, until: datetime) -> int:
    """Send batch after batch until nothing is ready or the time is up; return how many tries.

    ``clock`` gives the current instant (UTC). A relay that is down ends the round: its state is
    written, and nothing is tried before its next moment.
    """
    tries, has_worked = 0, False
    while clock() < until and not is_stopping() and relay_state.may_try(clock()):
        claim = claim_one_dispatch(clock())
        if claim is None:
            break
        tried = send_batch(claim, clock, relay)
        if tried and relay.is_open and not has_worked:
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
        return Sender(claim, batch, clock, relay).send_all() if batch else 0
    except RelayDown as down:
        relay_state.failed(down, clock())
        return 0
    finally:
        ledger.release(claim)


class Made(NamedTuple):
    """A row and its mail, made with what was known of the person then."""

    delivery: Delivery
    mail: Mail


class Sender:
    """Sends the mails of one batch, each with its intent before and its outcome behind.

    While one mail is on its way the next is made, and its envelope leaves behind the body. Where
    the server is quick, what it has taken is written with others; else at once, so that nobody
    waits for the server to know it. They go by their number: see ``journal``.
    """

    def __init__(self, claim: Claim, batch: Batch, clock: Clock, relay: Relay) -> None:
        self.claim, self.batch, self.clock, self.relay = claim, batch, clock, relay
        self.told: list[Told] = []
        self.leased_at = self.begun_at = clock()

    def send_all(self) -> int:
        """Send what may be sent while the lease stands; return how many were tried."""
        tries, mails = 0, self.mails()
        try:
            current = next(mails, None)
            while current is not None and self.may_go_on() and self.has_waited():
                following = next(mails, None)
                tries += 1
                if not self.send_one(current, following):
                    break
                current = following
        finally:
            self.write_down()
        return tries

    def may_go_on(self) -> bool:
        """Tell whether the next mail may be sent by this claim, whose lease is kept fresh.

        A slow server ends a batch early, so that what is urgent does not wait behind it.
        """
        now = self.clock()
        if is_stopping() or now - self.begun_at > LONGEST_BATCH:
            return False
        if now - self.leased_at < timedelta(seconds=settings.CLAIM_LEASE_SECONDS / 3):
            return True
        self.leased_at = now
        return ledger.renew(self.claim, now)

    def has_waited(self) -> bool:
        """Wait as long as the pace asks for; False if this claim may not go on then."""
        while pause := PACE.pause():
            time.sleep(min(pause, LONGEST_NAP))
            if not self.may_go_on():
                return False
        PACE.step(settings.MAILS_PER_MINUTE)
        return True

    def mails(self) -> Iterator[Made]:
        """Make one mail after the other; who gets none is skipped, with the reason."""
        for delivery in self.batch.deliveries:
            reason = self.batch.reason_to_skip(delivery)
            if reason:
                ledger.end(self.claim, delivery, State.SKIPPED, reason, self.clock())
            elif message := mail_of(self.claim, delivery, self.batch, self.clock()):
                sender = return_path(delivery.pk) or SENDER_ADDRESS
                yield Made(delivery, Mail(sender, delivery.address, message))

    def send_one(self, made: Made, following: Made | None) -> bool:
        """Send one mail; return False if nothing more of this dispatch may leave."""
        delivery, mail = made
        then = following.mail if following else None
        try:
            result = self.relay.send(
                mail.sender, mail.recipient, mail.message, lambda: self.begin(delivery), then
            )
        except RelayDown:
            ledger.rest(self.claim, delivery, self.clock())
            raise
        if result.outcome == Outcome.ABANDONED:
            return may_still_leave(delivery, self.batch)
        self.note(Told(delivery, result, self.clock()))
        return True

    def begin(self, delivery: Delivery) -> bool:
        """Write down that a body leaves."""
        return journal.begin(self.claim, self.batch, delivery, self.clock())

    def note(self, told: Told) -> None:
        """Keep what was taken if the next body leaves at once; write down all else."""
        if told.result.outcome != Outcome.SENT:
            self.write_down()
            settle(self.claim, self.batch, told)
            return
        self.told.append(told)
        is_late = told.at - self.told[0].at > LONGEST_UNTOLD
        if is_late or not self.relay.is_answered_ahead:
            self.write_down()

    def write_down(self) -> None:
        """Write down what was taken and is not yet told."""
        if self.told:
            told, self.told = self.told, []
            write_taken(self.claim, self.batch, told)


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
