"""How objectives, milestones and streams stand, by rules that anybody can check.

An objective is compared with where it should be on the day of its measure if every day brought as
much: on track with nine tenths of that way, at risk with six tenths, off track below. A stream is
off track if a milestone is more than fourteen days late, an objective has missed its day or half
of its objectives are off track; at risk if anything else is late, behind or measured long ago.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.design import formats
from programmes.models import Milestone
from programmes.models.objective import Measured

ON, RISK, OFF, UNKNOWN, OLD = "on", "risk", "off", "unmeasured", "old"
ENOUGH, LITTLE = 0.9, 0.6
VERY_LATE_DAYS = 14


@dataclass(frozen=True)
class Finding:
    """How something stands (a key of ``marks.STATUSES``), and why."""

    state: str
    reason: str


def judge_objective(objective: Measured, today: date) -> Finding:
    """Return how an objective stands; a measure of more than fourteen days ago says little."""
    if objective.is_reached:
        return Finding(ON, _("reached"))
    if objective.due_on < today:
        return Finding(OFF, _("was due on %(day)s") % {"day": formats.short_day(objective.due_on)})
    if objective.measured_on is None:
        return Finding(UNKNOWN, _("not measured yet"))
    measured = {"day": formats.short_day(objective.measured_on)}
    if objective.is_old_on(today):
        return Finding(OLD, _("measured on %(day)s") % measured)
    return _judge_pace(objective, objective.measured_on)


def _judge_pace(objective: Measured, measured_on: date) -> Finding:
    expected = objective.expected_on(measured_on)
    done = objective.share_of(objective.value)
    values = {"done": formats.percent(max(0.0, done)), "expected": formats.percent(expected)}
    state = ON if done >= ENOUGH * expected else RISK if done >= LITTLE * expected else OFF
    return Finding(state, _("%(done)s of the way, %(expected)s expected") % values)


def judge_milestone(milestone: Milestone, today: date) -> str:
    """Return ``done``, ``late``, ``undated`` or ``planned``."""
    if milestone.done_on:
        return "done"
    if milestone.due_on is None:
        return "undated"
    return "late" if milestone.due_on < today else "planned"


def propose(
    milestones: Sequence[Milestone], objectives: Sequence[Measured], today: date
) -> Finding:
    """Return the judgement of a stream that the rules propose, with its gravest reason."""
    late = [m for m in milestones if judge_milestone(m, today) == "late"]
    found = [judge_objective(objective, today).state for objective in objectives]
    missed = [o for o in objectives if o.due_on < today and not o.is_reached]
    return (
        _off_track(late, missed, found, today)
        or _at_risk(late, found)
        or Finding(ON, _praise(milestones, objectives))
    )


def _off_track(
    late: Iterable[Milestone], missed: Sequence[Measured], states: Sequence[str], today: date
) -> Finding | None:
    latest = max(late, key=lambda m: m.days_late_on(today), default=None)
    if latest and (days := latest.days_late_on(today)) > VERY_LATE_DAYS:
        words = ngettext("%(name)s is %(n)d day late", "%(name)s is %(n)d days late", days)
        return Finding(OFF, words % {"name": latest.name, "n": days})
    if missed:
        return Finding(OFF, _("%(name)s missed its target date") % {"name": missed[0].name})
    if states.count(OFF) and states.count(OFF) * 2 >= len(states):
        return Finding(OFF, _objectives_say(states.count(OFF), OFF))
    return None


def _at_risk(late: Sequence[Milestone], states: Sequence[str]) -> Finding | None:
    if late:
        words = ngettext("%(n)d milestone is late", "%(n)d milestones are late", len(late))
        return Finding(RISK, words % {"n": len(late)})
    for state in (OFF, RISK, OLD):
        if count := states.count(state):
            return Finding(RISK, _objectives_say(count, state))
    return None


def _objectives_say(n: int, state: str) -> str:
    words = {
        OFF: ngettext("%(n)d objective is off track", "%(n)d objectives are off track", n),
        RISK: ngettext("%(n)d objective is behind", "%(n)d objectives are behind", n),
        OLD: ngettext(
            "%(n)d objective was measured more than 14 days ago",
            "%(n)d objectives were measured more than 14 days ago",
            n,
        ),
    }
    return words[state] % {"n": n}


def _praise(milestones: Sequence[Milestone], objectives: Sequence[Measured]) -> str:
    if milestones or objectives:
        return _("nothing is late, no objective is behind")
    return _("no milestones or objectives yet")
