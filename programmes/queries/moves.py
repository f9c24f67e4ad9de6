"""What happened in a stream since its leader last spoke: facts, told in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.models import Milestone, Objective


@dataclass(frozen=True)
class Move:
    """One fact.

    Attributes:
        kind: ``done``, ``late``, ``measured`` or ``message``.
        pk: of the milestone, the objective or the version of the message.
        name: what it is about, as it was called.
        on: the day it happened or should have.
        value: the measure.
        target: what the measure should be.
        unit: of both.

    """

    kind: str
    pk: int
    name: str
    on: str
    value: float | None = None
    target: float | None = None
    unit: str = ""

    @property
    def key(self) -> str:
        """Return what a form names it by."""
        return f"{self.kind}-{self.pk}"

    def to_json(self) -> dict[str, Any]:
        """Return what an update keeps of it."""
        return asdict(self)

    def __str__(self) -> str:
        words = {"name": self.name, "day": formats.short_day(date.fromisoformat(self.on))}
        if self.kind == "measured":
            words["value"] = formats.amount(self.value or 0, self.unit)
            words["target"] = formats.amount(self.target or 0, self.unit)
            return _("%(name)s: %(value)s on %(day)s, target %(target)s") % words
        sentences = {
            "done": _("%(name)s: done on %(day)s"),
            "late": _("%(name)s: late, was due on %(day)s"),
            "message": _("Message approved on %(day)s: %(name)s"),
        }
        return sentences[self.kind] % words


def moves_of(
    milestones: Iterable[Milestone], objectives: Iterable[Objective], since: date, today: date
) -> list[Move]:
    """Return what was done or measured since a day and what is late, without a query."""
    done = [
        Move("done", m.pk, m.name, m.done_on.isoformat())
        for m in milestones
        if m.done_on and m.done_on >= since
    ]
    late = [
        Move("late", m.pk, m.name, m.due_on.isoformat())
        for m in milestones
        if m.due_on and not m.done_on and m.due_on < today
    ]
    measured = [_measured(o) for o in objectives if o.measured_on and o.measured_on >= since]
    return [*done, *late, *measured]


def _measured(objective: Objective) -> Move:
    return Move(
        kind="measured",
        pk=objective.pk,
        name=objective.name,
        on=str(objective.measured_on),
        value=float(objective.value or 0),
        target=float(objective.target_value),
        unit=objective.unit,
    )


def kept_moves(kept: Sequence[Mapping[str, Any]]) -> list[Move]:
    """Return the facts that an update keeps."""
    return [Move(**fact) for fact in kept]
