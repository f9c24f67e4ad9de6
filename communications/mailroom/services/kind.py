"""The kinds of postings: each wing and floor registers its own, and the outbox sends them all."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from communications.mailroom.channels import Outcome, Result
from communications.mailroom.channels.mail import Letter
from communications.mailroom.models import Posting, State, Sweeper
from communications.mailroom.services import ledger
from communications.mailroom.services.identity import SENDER_ADDRESS
from communications.mailroom.services.ledger import Claim

Row = TypeVar("Row", bound=Posting)
Batch = TypeVar("Batch")
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Round:
    """One go of a process: it takes no further batch after ``until``, or once it is to stop.

    ``clock`` gives the current instant (UTC).
    """

    clock: Clock
    until: datetime
    is_stopping: Callable[[], bool]

    def goes_on(self) -> bool:
        """Tell whether another batch may be taken."""
        return self.clock() < self.until and not self.is_stopping()


@dataclass(frozen=True, slots=True)
class Told(Generic[Row]):
    """A posting that was tried, what became of it, and when that was known (UTC)."""

    row: Row
    result: Result
    at: datetime


class PostingKind(Generic[Row, Batch]):
    """One kind of posting: which rows may leave now, and how a claimed batch is read.

    Of kinds that share a transport the lowest ``rank`` comes first. Each gets one batch in turn, so
    that none waits for long behind another.
    """

    model: type[Row]
    rank: ClassVar[int] = 0

    def ready(self, now: datetime) -> QuerySet[Row]:
        """Return the rows that may leave now, in their order."""
        return ledger.due(self.model._default_manager.all(), now).order_by("due_at", "pk")

    def claim(self, now: datetime) -> Claim | None:
        """Claim the batch that leaves next; None if nothing is ready."""
        ready = self.ready(now)
        return ledger.claim(ready, settings.SEND_BATCH, now) if ready.exists() else None

    def read(self, claim: Claim, now: datetime) -> Batch | None:
        """Read a claimed batch; None if nothing of it may leave."""
        raise NotImplementedError

    def sweep(self, now: datetime) -> Counter[Sweeper]:
        """Reclaim what dead workers had in hand; return how many rows were moved, and why."""
        left = self.model._default_manager.filter(lease_until__lt=now)
        return Counter({Sweeper.TAKEN: self.sweep_taken(left)}) + ledger.sweep(self.model, now)

    def sweep_taken(self, rows: QuerySet[Row]) -> int:
        """Call sent what the server has taken of workers that no longer say so."""
        return ledger.sweep_taken(rows, self.note_sent)

    def note_sent(self, row: Row, at: datetime) -> None:
        """Write down what else follows from a posting that was taken at an instant (UTC)."""


class MailBatch(Generic[Row]):
    """The mails of one claim, with what they share.

    A row that gets no mail ends as ``SKIPPED_AS``. A mail that cannot be made through a fault of
    our own ends as ``ON_FAULT`` says.
    """

    SKIPPED_AS: ClassVar[State] = State.SKIPPED
    ON_FAULT: ClassVar[Outcome] = Outcome.FAILED

    rows: Sequence[Row]

    def reason_to_skip(self, row: Row) -> str:
        """Return why nobody gets this mail, as things stand now; empty if somebody does."""
        return ""

    def waits_until(self, row: Row, now: datetime) -> datetime | None:
        """Return when (UTC) a row is looked at again that waits for something; None if it goes."""
        return None

    def waiting_as(self, row: Row) -> dict[str, object]:
        """Return the columns that tell why such a row waits."""
        return {}

    def address(self, row: Row) -> None:
        """Note on the row what is stored with the intent: ``WRITTEN_AT_BEGIN``."""
        raise NotImplementedError

    def letter(self, row: Row, now: datetime) -> Letter:
        """Return the mail of a row that was addressed."""
        raise NotImplementedError

    def return_path(self, row: Row) -> str:
        """Return the envelope sender: where the mail comes back to."""
        return SENDER_ADDRESS

    def may_still_leave(self, row: Row) -> bool:
        """Tell whether nobody has stopped the batch since it was claimed."""
        return True

    def begin(self, claim: Claim, rows: Sequence[Row], now: datetime) -> set[int]:
        """Write down that the bodies of some mails leave now; return the ids of those that may.

        ``now`` is later than at the time before (UTC).
        """
        with transaction.atomic():
            if not self.may_still_leave(rows[0]):
                return set()
            return {row.pk for row in rows if ledger.begin(claim, row, now)}

    def write_taken(self, claim: Claim, told: Sequence[Told[Row]]) -> None:
        """Write down mails that the server has taken, in one transaction."""
        with transaction.atomic():
            for one in told:
                self.settle(claim, one)

    @transaction.atomic
    def settle(self, claim: Claim, told: Told[Row]) -> None:
        """Write the outcome of one try."""
        is_written = ledger.settle(claim, told.row, told.result, told.at)
        if is_written and told.result.outcome == Outcome.SENT:
            self.note_sent(told.row, told.at)

    def note_sent(self, row: Row, at: datetime) -> None:
        """Write down what else follows from a mail that was taken at an instant (UTC)."""


class MailKind(PostingKind[Row, MailBatch[Row]]):
    """A kind that leaves over the connections to the mail server."""

    def doubt(self, keys: Sequence[int], now: datetime) -> None:
        """Ask whether addresses are right: the server knows none of some rows, by their ids."""


Kind = TypeVar("Kind", bound=PostingKind[Any, Any])
_KINDS: dict[type[Posting], PostingKind[Any, Any]] = {}


def register(kind: Kind) -> Kind:
    """Let the outbox know a kind of posting."""
    _KINDS[kind.model] = kind
    return kind


def all_kinds() -> list[PostingKind[Any, Any]]:
    """Return each kind once."""
    return list(_KINDS.values())


def mail_kinds() -> list[MailKind[Any]]:
    """Return the kinds that are mails, in the order of their ranks."""
    return sorted((k for k in _KINDS.values() if isinstance(k, MailKind)), key=lambda k: k.rank)
