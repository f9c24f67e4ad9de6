"""How heavy a fact is: urgency × how soon × how many people.

The reasons are in ``docs/decisions/what-matters-first.md``. The table is the only place where the
weights are written down.
"""

from collections.abc import Iterable

from onelift.dashboards.attention.queries.concern import Concern

LATE_DECISION, STUCK, GAP, IMPACTS = "late_decision", "stuck", "gap", "impacts"
RESISTANCE, OFF_TRACK, SATISFACTION = "resistance", "off_track", "satisfaction"
AT_RISK, WAITING = "at_risk", "waiting"
MILESTONE, OBJECTIVE = "milestone", "objective"

# What it costs to leave a fact alone for one more day.
URGENCY = {
    LATE_DECISION: 100,  # Others wait, and only the decider can end it.
    STUCK: 80,  # Nothing gets better by itself, and nothing else works until it does.
    GAP: 90,  # People are surprised on the day; that cannot be undone.
    IMPACTS: 60,  # Something must be planned first, which takes weeks.
    RESISTANCE: 55,  # Who has power can stop the change, and needs time to be won.
    OFF_TRACK: 50,  # The sum of facts that mostly stand here themselves.
    SATISFACTION: 45,  # It has happened; what helps takes weeks to show.
    MILESTONE: 40,  # What follows it waits; a new day is agreed at once.
    OBJECTIVE: 30,  # A measure has fallen behind, and there is time until its day.
    AT_RISK: 25,  # It may still come right by itself.
    WAITING: 20,  # It is in time.
}
# From so many days on, how much sooner or later it is than a fact without a day.
SOON = ((0, 2.0), (7, 1.75), (14, 1.5), (30, 1.25), (60, 1.0))
FAR = 0.5


def weight(concern: Concern, everybody: int) -> float:
    """Return the weight of a fact, among so many people in view."""
    return URGENCY[concern.kind] * soon(concern.days) * reach(concern.people, everybody)


def soon(days: int | None) -> float:
    """Return 2 for what is due or late, 1 for what has no day, 0.5 for what is far ahead."""
    if days is None:
        return 1.0
    return next((factor for within, factor in SOON if days <= within), FAR)


def reach(people: int | None, everybody: int) -> float:
    """Return 1 for nobody or an unknown number, up to 2 for everybody."""
    return 1 + min(1.0, people / everybody) if people and everybody else 1.0


def by_weight(concerns: Iterable[Concern], everybody: int) -> list[Concern]:
    """Return facts, the heaviest first; of equal ones that of the first kind, then by words."""
    kinds = list(URGENCY)
    return sorted(
        concerns,
        key=lambda one: (-weight(one, everybody), kinds.index(one.kind), one.words, one.url),
    )
