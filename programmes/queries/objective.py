"""Objectives as pages show them: how each stands, and its bar."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractBaseUser

from programmes.design.charts.bullet import Bullet
from programmes.models.objective import Measured
from programmes.queries.judgement import Finding, judge_objective


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
