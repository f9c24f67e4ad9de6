"""The one loop that sends: claim a batch, begin, send, settle, for each kind of posting in turn."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, Protocol, TypeVar

from django.conf import settings

from communications.mailroom.channels import RelayDown
from communications.mailroom.channels.connections import Connections
from communications.mailroom.channels.mail import RelayConfig
from communications.mailroom.channels.slots import connection_slots
from communications.mailroom.models import State
from communications.mailroom.services import ledger, relay_state, watermark
from communications.mailroom.services.kind import (
    MailBatch,
    PostingKind,
    Round,
    mail_kinds,
)
from communications.mailroom.services.ledger import Claim
from communications.mailroom.services.sender import Sender, fault_of

log = logging.getLogger(__name__)

# How long a round lasts; what is ready then is another round's.
ROUND = timedelta(seconds=25)
# Processes that send mails side by side, and the connections of each.
SENDERS, CONNECTIONS = 2, 8

Batch = TypeVar("Batch")
Taken = TypeVar("Taken", contravariant=True)


class Transport(Protocol[Taken]):
    """How postings leave: mails over connections, posts one at a time."""

    def may_try(self, now: datetime) -> bool:
        """Tell whether the next batch may be claimed."""

    def send(self, claim: Claim, batch: Taken, turn: Round) -> int:
        """Send one claimed batch; return how many were tried."""


class MailTransport:
    """The connections of one process to the mail server."""

    def __init__(self, connections: Connections) -> None:
        self.connections = connections
        self.has_worked = False

    def may_try(self, now: datetime) -> bool:
        """Tell whether a connection is left, and the server works or is to be tried again."""
        return self.connections.count > 0 and relay_state.may_try(now)

    def send(self, claim: Claim, batch: MailBatch[Any], turn: Round) -> int:
        """Send one batch of mails; a server that is down is noted, so that the round ends."""
        sender = Sender(claim, batch, turn, self.connections)
        try:
            tried = sender.send_all()
        except RelayDown as down:
            relay_state.failed(down, turn.clock())
            return 0
        if tried and not self.has_worked:
            self.has_worked = sender.has_taken
            note = relay_state.works if sender.has_taken else relay_state.answers
            note()
        return tried


def send_ready(
    kinds: Sequence[PostingKind[Any, Batch]], transport: Transport[Batch], turn: Round
) -> int:
    """Send batch after batch until nothing is ready or the round is over; return how many tries.

    The kinds take turns.
    """
    tries, idle = 0, 0
    for kind in cycle(kinds):
        if idle == len(kinds) or not turn.goes_on() or not transport.may_try(turn.clock()):
            break
        claim = kind.claim(turn.clock())
        idle = 0 if claim else idle + 1
        if claim:
            tries += send_batch(kind, claim, transport, turn)
    return tries


def send_batch(
    kind: PostingKind[Any, Batch], claim: Claim, transport: Transport[Batch], turn: Round
) -> int:
    """Send one claimed batch; what could not begin is given back. Return how many tries.

    A batch that cannot be read rests, so that it does not stand in the way of all others.
    """
    try:
        batch = kind.read(claim, turn.clock())
    except Exception as error:
        log.exception("A batch cannot be read")
        ledger.postpone(claim, fault_of(error), turn.clock())
        return 0
    try:
        return transport.send(claim, batch, turn) if batch else 0
    except Exception as error:
        # It fails aloud, and rests, so that it is not in the way of the other kinds for ever.
        ledger.postpone(claim, fault_of(error), turn.clock())
        raise
    finally:
        ledger.release(claim)


def deliver(turn: Round, config: RelayConfig) -> int:
    """Send mails of all kinds over kept connections; return how many were tried.

    Beyond the connections that a worker may hold, nothing is done. A server that failed is tried
    though nothing is to be sent, so that the sign on the pages does not stay.
    """
    now = turn.clock()
    with connection_slots(settings.MAIL_CONNECTIONS, connections_now(now)) as count:
        if not count or not watermark.may_send(now):
            return 0
        with Connections(config, count) as connections:
            tries = send_ready(mail_kinds(), MailTransport(connections), turn)
            if not tries and not (relay_state.is_refusing() and is_any_due(now)):
                relay_state.look_again(connections.first, turn.clock())
            return tries


def connections_now(now: datetime) -> int:
    """Return over how many connections a process sends.

    Over one alone where each has a pace, and for a while after the server refused one: it may let
    in only so many at once.
    """
    if settings.MAILS_PER_MINUTE or relay_state.is_careful(now):
        return 1
    return min(CONNECTIONS, settings.MAIL_CONNECTIONS // SENDERS or CONNECTIONS)


def has_mails(now: datetime) -> bool:
    """Tell whether a mail of some kind may leave now."""
    return any(kind.ready(now).exists() for kind in mail_kinds())


def is_any_due(now: datetime) -> bool:
    """Tell whether the moment of some mail has come, also of one that rests after a try."""
    return any(
        kind.model._default_manager.filter(state=State.PLANNED, due_at__lte=now).exists()
        for kind in mail_kinds()
    )
