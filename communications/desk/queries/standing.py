"""Where one message stands: its state, its day, its people, and what its writer may ask for."""

from dataclasses import dataclass
from datetime import date, datetime

from communications.desk.queries.message import MessageRow, row_of
from communications.dispatches.models import Tally
from communications.mailroom.models import State
from communications.messages.models import Message
from programmes.scope import Scope


@dataclass(frozen=True)
class Standing:
    """One message as its head shows it; ``sent`` counts the emails that left."""

    row: MessageRow
    sent: int

    @property
    def state(self) -> str:
        return self.row.state

    @property
    def goes_on(self) -> date | None:
        return self.row.goes_on

    @property
    def next_on(self) -> date | None:
        return self.row.next_on

    @property
    def due_on(self) -> date | None:
        """Return the day on which its texts are wanted: the next one, or else the first."""
        return self.next_on or self.goes_on

    @property
    def is_askable(self) -> bool:
        """Tell whether a decision may be asked for: never of what waits, and of what is sent."""
        return self.state not in ("waiting", "sent")

    @property
    def is_deletable(self) -> bool:
        """Tell whether it is a draft that nobody was ever asked to decide on."""
        return self.state == "draft" and not self.row.message.approvals.all()


def standing_of(message: Message, scope: Scope, now: datetime) -> Standing:
    """Return where a message in view stands."""
    row = row_of(message, scope, now)
    mails = Tally.objects.within(scope).filter(dispatch__message=message, part=State.SENT)
    return Standing(row, mails.mails())
