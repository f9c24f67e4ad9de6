"""When a decision lets a message go out."""

from dataclasses import dataclass
from datetime import date

from communications.dispatches.queries.load import Load
from communications.dispatches.queries.slots import Slot
from programmes.timing import Schedule


@dataclass(frozen=True)
class When:
    """When a version goes out at the sites that have people for it, and how much hits them then.

    Attributes:
        first: where and when it is due first; ``last`` at the end.
        days_left: until the day of the first mail; negative once it is over.
        sites: how many have people for it.
        moved: how many of these get it later than planned, since it is a day or hour of rest.
        at_once: how many people get it five minutes after a yes, since their moment has passed.
        too_late: how many people get nothing any more.
        heaviest: the week in which it hits people most, and how much; None where not counted.
        enough: how many people would wait for the next week: see ``mails_a_week``.

    """

    schedule: Schedule
    first: Slot | None
    last: Slot | None
    days_left: int
    sites: int
    moved: int
    at_once: int
    too_late: int
    heaviest: tuple[date, Load] | None
    enough: int

    @property
    def due_on(self) -> date | None:
        """Return the day of the first mail."""
        return self.first.on if self.first else None
