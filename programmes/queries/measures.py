"""Measures: figures that the house knows itself, which an objective may take.

The registry is on the lowest floor; whoever knows a figure registers it when Django starts, and
asks the same query as the page that shows it. One entry is enough for a new measure.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.functional import Promise

from programmes.models import Objective, Programme


@dataclass(frozen=True)
class Measure:
    """A figure of a whole programme.

    Attributes:
        key: what an objective keeps.
        name: what it is called.
        says: what is counted, in a line.
        unit: of the figure: ``%`` or empty.
        compute: returns the figure at an instant; None while there is none, or while it is hidden.

    """

    key: str
    name: str | Promise
    says: str | Promise
    unit: str
    compute: Callable[[Programme, datetime], Decimal | None]


MEASURES: dict[str, Measure] = {}


def register_measure(measure: Measure) -> Measure:
    """Let objectives choose a measure."""
    MEASURES[measure.key] = measure
    return measure


def figures_of(
    programme: Programme, keys: Iterable[str], now: datetime
) -> dict[str, Decimal | None]:
    """Return the figures of measures by key; each is computed once, however many ask for it."""
    known = sorted(set(keys) & set(MEASURES))
    return {key: MEASURES[key].compute(programme, now) for key in known}


def with_figures(
    objectives: Iterable[Objective], programme: Programme, now: datetime
) -> list[Objective]:
    """Return objectives of a programme as they stand now: computed ones with today's figure.

    Nothing is saved. One whose figure is hidden keeps the last one that was recorded.
    """
    found = list(objectives)
    figures = figures_of(programme, (one.computed_by for one in found if one.computed_by), now)
    for one in found:
        figure = figures.get(one.computed_by)
        if figure is not None:
            one.value, one.measured_on = figure, now.date()
    return found


def percent(part: int, whole: int) -> Decimal | None:
    """Return a share in whole percent, as pages round it; None of nothing."""
    return Decimal(round(100 * part / whole)) if whole else None
