"""Sending the mails of one claimed batch over the connections of one process."""

import logging
import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Generic, NamedTuple

from django.conf import settings
from django.db import DatabaseError

from communications.mailroom.channels import ChannelError, Outcome, RelayDown, Result, one_line
from communications.mailroom.channels.connections import Connections
from communications.mailroom.channels.mail import Mail, build
from communications.mailroom.channels.slots import PACE
from communications.mailroom.channels.smtp import Phase
from communications.mailroom.models import State
from communications.mailroom.services import ledger, relay_state
from communications.mailroom.services.kind import MailBatch, Round, Row, Told
from communications.mailroom.services.ledger import Claim
from communications.mailroom.services.refusals import RUN

log = logging.getLogger(__name__)

LONGEST_BATCH = timedelta(seconds=5)
LONGEST_NAP = 0.5
# How long a page may call “sending” what the server has taken.
LONGEST_UNTOLD = timedelta(seconds=0.5)


class Made(NamedTuple, Generic[Row]):
    """A row and its mail, made with what was known then."""

    row: Row
    mail: Mail


class Sender(Generic[Row]):
    """Sends the mails of one batch, each with its intent before and its outcome behind.

    As many leave side by side as there are connections, and the envelopes of the next ones behind
    their bodies. Where the server is quick, what it has taken is written with others; else at once,
    so that nobody waits for the server to know it.

    Within a claim bodies begin only once all that began before were taken, or their other outcome
    is written. ``ledger.sweep_taken`` relies on that.
    """

    def __init__(
        self, claim: Claim, batch: MailBatch[Row], turn: Round, connections: Connections
    ) -> None:
        self.claim, self.batch, self.connections = claim, batch, connections
        self.clock, self.is_stopping = turn.clock, turn.is_stopping
        self.made: deque[Made[Row]] = deque()
        self.begun: set[int] = set()
        self.has_taken = False
        self.told: list[Told[Row]] = []
        self.leased_at = self.begun_at = self.left_at = self.clock()

    def send_all(self) -> int:
        """Send what may be sent while the lease stands; return how many were tried.

        Raises:
            RelayDown: no connection is left, or an operator must act.
        """
        tries, mails = 0, self.mails()
        try:
            while (abreast := self.take(mails)) and self.may_go_on() and self.has_waited():
                told = self.send(abreast)
                tries += sum(isinstance(one, Result) for one in told)
                if not self.note_all(abreast, told):
                    break
        finally:
            self.write_down()
        return tries

    def take(self, mails: Iterator[Made[Row]]) -> list[Made[Row]]:
        """Return the mails that leave side by side now; those that leave next are made as well."""
        count = self.connections.count
        self.made.extend(islice(mails, max(0, 2 * count - len(self.made))))
        return [self.made.popleft() for _ in range(min(count, len(self.made)))]

    def mails(self) -> Iterator[Made[Row]]:
        """Make one mail after the other."""
        for row in self.batch.rows:
            if message := self.mail_of(row):
                yield Made(row, Mail(self.batch.return_path(row), row.address, message))

    def mail_of(self, row: Row) -> bytes | None:
        """Return the mail of a row; None if there is none, and then the row ends or rests.

        Who is to get none is skipped, with the reason. What cannot be made fails, but not if it is
        the database that failed.
        """
        now = self.clock()
        try:
            if reason := self.batch.reason_to_skip(row):
                ledger.end(self.claim, row, self.batch.SKIPPED_AS, reason, now)
                return None
            if until := self.batch.waits_until(row, now):
                ledger.wait(self.claim, row, until, **self.batch.waiting_as(row))
                return None
            self.batch.address(row)
            return build(self.batch.letter(row, now))
        except ChannelError as error:
            ledger.end(self.claim, row, State.FAILED, one_line(str(error)), now)
        except Exception as error:
            log.exception("The email of %s %s cannot be created", row._meta.model_name, row.pk)
            outcome = Outcome.RETRY if isinstance(error, DatabaseError) else self.batch.ON_FAULT
            ledger.settle(self.claim, row, Result(outcome, fault_of(error)), now)
        return None

    def may_go_on(self) -> bool:
        """Tell whether more may be sent by this claim, whose lease is kept fresh.

        A slow server ends a batch early, so that what is urgent does not wait behind it.
        """
        now = self.clock()
        if self.is_stopping() or now - self.begun_at > LONGEST_BATCH:
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

    def send(self, abreast: Sequence[Made[Row]]) -> list[Result | RelayDown]:
        """Send some mails side by side; return what became of each."""
        mails = [made.mail for made in abreast]
        following = [made.mail for made in islice(self.made, len(abreast))]
        return self.connections.send(mails, partial(self.begin, abreast), following)

    def begin(self, abreast: Sequence[Made[Row]], places: Sequence[int]) -> set[int]:
        """Write down that bodies leave, later than those before; return the places that may."""
        self.left_at = max(self.clock(), self.left_at + timedelta.resolution)
        rows = [abreast[place].row for place in places]
        may_leave = self.batch.begin(self.claim, rows, self.left_at)
        self.begun |= may_leave
        return {place for place in places if abreast[place].row.pk in may_leave}

    def note_all(self, abreast: Sequence[Made[Row]], told: Sequence[Result | RelayDown]) -> bool:
        """Note what became of mails; return False if nothing more of this batch may leave."""
        may_leave = [self.note(made, one) for made, one in zip(abreast, told, strict=True)]
        lost = [one for one in told if isinstance(one, RelayDown)]
        for down in lost:
            if down.is_configuration or not self.connections.count:
                raise down
        if self.told and self.is_to_write():
            self.write_down()
        return RUN.may_go_on(self.clock()) and all(may_leave)

    def note(self, made: Made[Row], told: Result | RelayDown) -> bool:
        """Keep what was taken, and write down all else; return False if no more may leave."""
        if isinstance(told, RelayDown):
            self.put_back(made, told)
        elif told.outcome == Outcome.ABANDONED:
            return self.batch.may_still_leave(made.row)
        elif told.outcome == Outcome.SENT:
            self.has_taken = True
            RUN.note_taken(made.row, self.clock())
            self.told.append(Told(made.row, told, self.clock()))
        else:
            self.write_down()
            self.batch.settle(self.claim, Told(made.row, told, self.clock()))
            if made.row.pk not in self.begun:
                RUN.note_refused(made.row, told, self.clock())
        return True

    def put_back(self, made: Made[Row], down: RelayDown) -> None:
        """Let a mail wait whose connection was lost; not long, if the server never heard of it."""
        if down.phase == Phase.CONNECTING:
            self.made.append(made)
            relay_state.be_careful(self.clock())
        else:
            ledger.rest(self.claim, made.row, self.clock())

    def is_to_write(self) -> bool:
        """Tell whether what was taken has waited for long, or the next bodies cannot leave yet."""
        is_late = self.clock() - self.told[0].at > LONGEST_UNTOLD
        return is_late or not self.connections.is_answered_ahead

    def write_down(self) -> None:
        """Write down what was taken and is not yet told."""
        if self.told:
            told, self.told = self.told, []
            self.batch.write_taken(self.claim, told)


def fault_of(error: Exception) -> str:
    """Return an error of our own as a reason; its text may hold what is personal."""
    return type(error).__name__
