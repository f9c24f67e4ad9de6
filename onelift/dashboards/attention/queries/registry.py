"""All that may need attention, the heaviest first. A new kind of fact joins ``SOURCES``."""

from collections.abc import Callable, Iterator

from onelift.dashboards.attention.queries import coverage, decisions, feedback, people, stuck, waves
from onelift.dashboards.attention.queries.concern import Concern
from onelift.dashboards.attention.queries.known import Known
from onelift.dashboards.attention.queries.weight import by_weight

SOURCES: tuple[Callable[[Known], Iterator[Concern]], ...] = (
    decisions.decisions,
    stuck.stuck,
    coverage.gaps,
    coverage.unanswered,
    people.resistance,
    waves.not_ready,
    feedback.dissatisfied,
)


def concerns_of(known: Known) -> list[Concern]:
    """Return what needs attention within the reader's scope, without a query."""
    return by_weight((one for source in SOURCES for one in source(known)), known.people)
