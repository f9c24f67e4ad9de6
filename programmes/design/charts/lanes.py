"""What the plan draws: regions as lanes, each with marks, rests, and its load week by week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

# Of the drawing, in its units: how wide it is, and where its weeks begin.
WIDTH, START = 1362.0, 138.0
ONE_WEEK = timedelta(weeks=1)
DAYS = 7


@dataclass(frozen=True)
class Mark:
    """One thing in a lane.

    Attributes:
        on: its day.
        row: ``date``, ``message``, ``event``, ``survey`` or ``milestone``: its shape.
        label: its name, written beside it.
        ahead: how many letters of the label stand before the name.
        letter: of its level, in the square; empty where it has none.
        status: a key of ``marks.STATUSES``, drawn where it is not settled.
        is_settled: whether nobody has to do anything about it: drawn filled.
        words: all that is known about it, in one sentence.
        url: its page; empty where the reader may not open it.
        moves: whether keys and the pointer move it, below the address of its page.
        stays: why they do not, a state in one word; empty where nobody would expect it to move.
        is_over: whether it is done, or will not happen any more: drawn in grey.
        is_dated_by_keys: whether arrow keys choose another day, which its page then previews.

    """

    on: date
    row: str
    label: str
    letter: str
    status: str
    is_settled: bool
    words: str
    url: str = ""
    moves: bool = False
    stays: str = ""
    is_over: bool = False
    is_dated_by_keys: bool = False
    ahead: int = 0


@dataclass(frozen=True)
class Strip:
    """The load of one week: how many contacts, in words too, and whether it is at the limit."""

    contacts: int
    words: str
    is_over: bool
    url: str = ""
    is_full: bool = False


@dataclass(frozen=True)
class Band:
    """Days on which a region rests, or weeks in which it hears nothing, in words too."""

    first: date
    last: date
    words: str


@dataclass(frozen=True)
class PlanLane:
    """A region with its marks, its rests, and its load by the Monday of a week.

    Attributes:
        more_url: where those marks are listed that found no line.
        silences: weeks near a go-live in which nobody there hears anything.
        has_load: whether contacts are counted; they are not for what no reader gets.

    """

    name: str
    detail: str
    people: str
    marks: Sequence[Mark]
    loads: Mapping[date, Strip]
    url: str = ""
    bands: Sequence[Band] = ()
    silences: Sequence[Band] = ()
    more_url: str = ""
    has_load: bool = True


@dataclass(frozen=True)
class Calendar:
    """The weeks of a drawing, from a Monday on."""

    first: date
    weeks: int

    @property
    def step(self) -> float:
        """Return how wide a week is."""
        return (WIDTH - START) / self.weeks

    def x(self, day: date) -> float:
        """Return where a day begins; whole numbers, since a plan is written in many of them."""
        return round(START + (day - self.first).days / DAYS * self.step)

    def mondays(self) -> list[date]:
        """Return the first day of each week."""
        return [self.first + n * ONE_WEEK for n in range(self.weeks)]

    def has(self, day: date) -> bool:
        """Tell whether a day is in the picture."""
        return self.first <= day < self.first + self.weeks * ONE_WEEK
