"""What refusals in a row mean: the mail server refuses us, or the addresses are wrong.

A refusal before the body is about one mail. Many in a row, of different people and with no mail
taken in between, are about what these mails share. If the server knows none of some mailboxes, the
list of addresses may be wrong, and whoever planned the mails is asked. Else it refuses us: our
address is blocked, a licence has run out. It has accepted none of them, so they wait again, and the
server counts as away.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from communications.mailroom.channels import Outcome, RelayDown, Result
from communications.mailroom.channels.smtp import Phase
from communications.mailroom.channels.verdict import Blame, blame_of
from communications.mailroom.models import Posting, State
from communications.mailroom.services import relay_state
from communications.mailroom.services.kind import mail_kinds
from communications.mailroom.services.replanning import wait_again

# Different people in a row whose mails were refused.
MANY = 20
# How long a first refusal for now is taken for greylisting, once another has turned out to be it.
PATIENT_FOR = timedelta(hours=1)
_GREYLISTED = re.compile(r"gr[ae]y.?list", re.IGNORECASE)


class Run:
    """The refusals since a mail was taken last, as one process has met them.

    ``rows`` are by address; ``has_strangers`` says that some mailboxes do not exist.
    """

    def __init__(self) -> None:
        self.patient_until: datetime | None = None
        self.end()

    def end(self) -> None:
        """Forget them."""
        self.rows: dict[str, Posting] = {}
        self.reply = ""
        self.has_strangers = False
        self.begun_at: datetime | None = None

    def note_taken(self, row: Posting, at: datetime) -> None:
        """End the run; what is taken at a second try was refused to see whether we come again."""
        self.end()
        if row.attempts and row.reason.startswith("4"):
            self.patient_until = at + PATIENT_FOR

    def note_refused(self, row: Posting, result: Result, at: datetime) -> None:
        """Add a refusal before the body, at an instant (UTC)."""
        if not self._is_greylisting(row, result, at):
            self.begun_at = self.begun_at or at
            self.rows[row.address], self.reply = row, result.reply
            self.has_strangers |= blame_of("", result.reply)[0] is Blame.ADDRESS

    def _is_greylisting(self, row: Posting, result: Result, at: datetime) -> bool:
        if result.outcome is not Outcome.RETRY:
            return False
        is_patient = self.patient_until is not None and at < self.patient_until
        return bool(_GREYLISTED.search(result.reply)) or (is_patient and not row.attempts)

    def is_long(self) -> bool:
        """Tell whether it is about more than each mail.

        A server that refused everybody is not back as long as it refuses the first mail.
        """
        if self.rows and not self.has_strangers and relay_state.is_refusing():
            return True
        return len(self.rows) >= MANY

    def may_go_on(self, now: datetime) -> bool:
        """Tell whether more of the batch in hand may leave, or somebody was asked.

        Raises:
            RelayDown: the server refuses us; its refusals were taken back.

        """
        if not self.is_long():
            return True
        rows, reply, begun_at = list(self.rows.values()), self.reply, self.begun_at
        has_strangers = self.has_strangers
        self.end()
        if begun_at is None or was_taken_since(begun_at):
            return True
        if has_strangers:
            doubt(rows, now)
            return False
        take_back(rows, now)
        reason = f"The mail server refuses all emails: {reply}"
        raise RelayDown(reason, phase=Phase.ENVELOPE, is_refusal=True)


RUN = Run()


def was_taken_since(at: datetime) -> bool:
    """Tell whether any process has sent a mail after an instant (UTC)."""
    return any(
        kind.model._default_manager.filter(state=State.SENT, ended_at__gt=at).exists()
        for kind in mail_kinds()
    )


def take_back(rows: Sequence[Posting], now: datetime) -> None:
    """Let mails wait again that were refused with many others."""
    for model, keys in by_model(rows):
        wait_again(model._default_manager.filter(pk__in=keys), now)


def doubt(rows: Sequence[Posting], now: datetime) -> None:
    """Ask whoever planned the mails whether the addresses are right."""
    kinds = {kind.model: kind for kind in mail_kinds()}
    for model, keys in by_model(rows):
        kinds[model].doubt(keys, now)


def by_model(rows: Sequence[Posting]) -> Iterator[tuple[type[Posting], list[int]]]:
    """Yield the kinds of some rows, and the keys of each."""
    for model in {type(row) for row in rows}:
        yield model, [row.pk for row in rows if type(row) is model]
