"""Objectives as pages show them: how each stands, and its bar."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser

from programmes.design.charts.bullet import Bullet
from programmes.design.charts.course import Course, CoursePoint
from programmes.models import Objective
from programmes.models.objective import Measured
from programmes.queries.judgement import Finding, judge_objective
from programmes.queries.measures import MEASURES, Measure, with_figures

# The chart of an objective shows the latest of so many values; its table has all.
MOST_POINTS = 366


@dataclass(frozen=True)
class ObjectiveLine:
    """An objective with how it stands and its bar; ``owner`` is set for a personal one."""

    objective: Measured
    finding: Finding
    bullet: Bullet
    owner: AbstractBaseUser | None = None


def objective_line(
    objective: Measured, today: date, owner: AbstractBaseUser | None = None
) -> ObjectiveLine:
    """Return an objective with how it stands."""
    finding = judge_objective(objective, today)
    bullet = Bullet(
        value=objective.value,
        target=objective.target_value,
        unit=objective.unit,
        share=objective.share_of(objective.value),
        state=finding.state,
    )
    return ObjectiveLine(objective, finding, bullet, owner)


@dataclass(frozen=True)
class ObjectivePage:
    """An objective with its course; ``measure`` is the one that it takes its values from."""

    line: ObjectiveLine
    course: Course
    measure: Measure | None


def objective_page(
    objective: Measured, now: datetime, owner: AbstractBaseUser | None = None
) -> ObjectivePage:
    """Return the page of an objective; what the portal measures is as of now."""
    measure = None
    if isinstance(objective, Objective):
        with_figures([objective], objective.programme, now)
        measure = MEASURES.get(objective.computed_by)
    return ObjectivePage(
        line=objective_line(objective, now.date(), owner),
        course=_course_of(objective),
        measure=measure,
    )


def _course_of(objective: Measured) -> Course:
    """Return the value of each day that counts, and of today what the objective stands at."""
    rows = objective.values.present().values_list("measured_on", "value")  # type: ignore[attr-defined]
    by_day: dict[date, Decimal] = dict(reversed(list(rows[:MOST_POINTS])))
    if objective.value is not None and objective.measured_on:
        by_day[objective.measured_on] = objective.value
    return Course(
        points=[CoursePoint(on, value) for on, value in sorted(by_day.items())],
        start=CoursePoint(objective.starts_on, objective.start_value),
        target=CoursePoint(objective.due_on, objective.target_value),
        unit=objective.unit,
    )
