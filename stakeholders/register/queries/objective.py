"""Personal objectives in figures, for those who may not read them one by one."""

from dataclasses import dataclass
from datetime import date

from programmes.models import Programme
from programmes.queries.judgement import ON, judge_objective
from stakeholders.register.models import PersonalObjective


@dataclass(frozen=True)
class PersonalFigures:
    """How many people keep how many objectives, and how many of these are on track."""

    people: int
    objectives: int
    on_track: int


def personal_figures(programme: Programme, today: date, smallest: int) -> PersonalFigures | None:
    """Return the figures of all personal objectives; None if fewer people keep some (one query)."""
    found = list(PersonalObjective.objects.present().of(programme))
    people = len({objective.owner_id for objective in found})
    if people < smallest:
        return None
    on_track = sum(1 for objective in found if judge_objective(objective, today).state == ON)
    return PersonalFigures(people, len(found), on_track)
