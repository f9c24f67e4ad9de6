"""How satisfied people were from week to week: what the editions of each week added.

An edition counts all that was published before it. What it has beyond an earlier one are whole
lots of at least k answers, so that the history of the figures tells of no smaller group.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from feedback.models import Edition
from feedback.models.survey import SMALLEST_GROUP
from feedback.queries.results import Satisfaction, figures_within, satisfaction_of
from feedback.suppression import AnswerGroup, Figures, gained, sum_of
from programmes.scope import Scope

WEEKS_SHOWN = 12


@dataclass(frozen=True)
class WeekOfAnswers:
    """The satisfaction that was published in one week; ``monday`` names it."""

    monday: date
    satisfaction: Satisfaction


def first_week(today: date) -> date:
    """Return the Monday of the first week that a board shows."""
    return today - timedelta(days=today.weekday(), weeks=WEEKS_SHOWN - 1)


def weeks_of_answers(past: Iterable[Edition], scope: Scope, since: date) -> list[WeekOfAnswers]:
    """Return the weeks in which answers were published, of all surveys together.

    ``past`` are the last editions of each week, in the order of survey and number.
    """
    gains = _gains_by_week(past, scope)
    sums = {week: sum_of(gains[week], AnswerGroup(None, None, None)) for week in sorted(gains)}
    found = {week: satisfaction_of(figures) for week, figures in sums.items() if week >= since}
    return [
        WeekOfAnswers(week, satisfaction)
        for week, satisfaction in found.items()
        if satisfaction and satisfaction.answers >= SMALLEST_GROUP
    ]


def _gains_by_week(past: Iterable[Edition], scope: Scope) -> dict[date, list[Figures]]:
    gains: defaultdict[date, list[Figures]] = defaultdict(list)
    shown: dict[int, list[Figures]] = {}
    for edition in past:
        before = shown.get(edition.survey_id, [])
        shown[edition.survey_id] = figures_within(edition, scope)
        day = edition.published_at.date()
        gains[day - timedelta(days=day.weekday())].append(gained(before, shown[edition.survey_id]))
    return gains
