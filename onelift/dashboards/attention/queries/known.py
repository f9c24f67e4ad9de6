"""What boards know already, in the form in which facts are found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from communications.approvals.services.owners import Reminder
from communications.dispatches.queries.ledger import Interruption
from feedback.queries.results import Satisfaction
from onelift.dashboards.readiness.queries.board import WaveState
from programmes.models import Wave
from programmes.scope import Scope
from stakeholders.models import Stakeholder


@dataclass(frozen=True)
class Halted:
    """Returned emails that nobody can read since an instant (UTC), and imports that stand still."""

    unread_since: datetime | None = None
    imports: int = 0


@dataclass(frozen=True)
class WaveAhead:
    """A wave with what is known of it in the reader's scope.

    Attributes:
        live_on: the days on which its sites go live, past ones included.
        people: how many work there.
        uninformed: how many of them go live within ``coverage.DAYS``, are affected by a high
            impact, and are not informed.
        unanswered: how many face a high impact for which nothing is approved.

    """

    wave: Wave
    live_on: Sequence[date]
    people: int
    uninformed: int = 0
    unanswered: int = 0

    def ahead(self, today: date) -> list[date]:
        """Return the days still to come, today included."""
        return sorted({day for day in self.live_on if day >= today})

    def days_left(self, today: date) -> int | None:
        """Return the days to its next go-live; None once all of its sites are live."""
        ahead = self.ahead(today)
        return (ahead[0] - today).days if ahead else None


@dataclass(frozen=True)
class Waiting:
    """A decision that waits; ``due_on`` is the day on which its message is due first."""

    title: str
    due_on: date | None
    people: int


@dataclass(frozen=True)
class Known:
    """What a board knows, within the scope of its reader.

    Attributes:
        slug: the programme's.
        region: the slug of the only region in view, empty for all.
        people: how many people are in view.
        waves: those that were not handed over.
        states: of waves, by id.
        waiting: the decisions that the board shows.
        resisting: stakeholders in view who have power and resist.
        satisfied: what is shown of the answers, None where too few have answered.
        answers_url: the page of these answers.
        reminder: when owners of gaps were last reminded.
        interruption: what holds emails back.
        halted: what else does not go on by itself, where the reader sees it.

    """

    slug: str
    scope: Scope
    today: date
    people: int
    region: str = ""
    waves: Sequence[WaveAhead] = ()
    states: Mapping[int, WaveState] = field(default_factory=dict)
    waiting: Sequence[Waiting] = ()
    resisting: Sequence[Stakeholder] = ()
    satisfied: Satisfaction | None = None
    goal_percent: int = 0
    answers_url: str = ""
    reminder: Reminder | None = None
    interruption: Interruption | None = None
    halted: Halted = Halted()

    @property
    def days_left(self) -> int | None:
        """Return the days to the next go-live in view."""
        found = (wave.days_left(self.today) for wave in self.waves)
        return min((days for days in found if days is not None), default=None)
