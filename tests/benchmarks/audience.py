"""How many people the rules of audiences mean, each beside a plain query for the same people."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q

from programmes.database.clock import database_now
from programmes.models import Programme, Wave
from programmes.scope import EVERYTHING
from stakeholders.audiences.queries.people import number_of
from stakeholders.audiences.services.audience import Lines, write_lines
from stakeholders.models import Audience, Person, Persona
from stakeholders.people.models.person import PersonQuerySet
from tests.benchmarks.crowd import fill_crowd
from tests.benchmarks.measure import Figure, Goal, in_turns, report, seconds
from tests.benchmarks.stage import Stage, analyse

COUNT_SECONDS = 0.010
PICKED = 500


@dataclass(frozen=True)
class Case:
    """An audience, and the same people asked for with joins as one would at first."""

    title: str
    audience: Audience
    plain: PersonQuerySet

    def ours(self) -> float:
        """Count by the rule, as pages do."""
        rule = self.audience.rule()
        return seconds(lambda: number_of(rule, EVERYTHING))

    def peer(self) -> float:
        """Count by the plain query."""
        return seconds(lambda: self.plain.aggregate(n=Count("pk", distinct=True)))


def main(stage: Stage) -> bool:
    """Count some audiences; return whether each counts right and fast enough."""
    crowd = fill_crowd(stage)
    cases = cases_of(crowd.programme)
    analyse()
    sides: dict[str, Callable[[], float]] = {}
    for case in cases:
        sides |= {f"ours {case.title}": case.ours, f"peer {case.title}": case.peer}
    figures = {name: Figure(v) for name, v in in_turns(sides, stage.runs).items()}
    outcomes = [reported(case, figures) for case in cases]
    return all(outcomes)


def reported(case: Case, figures: dict[str, Figure]) -> bool:
    """Print one audience."""
    ours, people = figures[f"ours {case.title}"], case.audience.people().count()
    same = people == case.plain.distinct().count()
    return report(
        f"Audience: {case.title}, {people:,} people",
        ours,
        peer=("plain joins", figures[f"peer {case.title}"]),
        goals=(
            Goal("at most 10 ms", ours.median <= COUNT_SECONDS),
            Goal("equal to the plain query", same),
        ),
    )


def cases_of(programme: Programme) -> list[Case]:
    """Return audiences with a few lines of each kind."""
    jobs = most("job", 3)
    workers = persona(programme, "workers", jobs=jobs)
    picked = persona(programme, "picked", is_hand_picked=True)
    picked.people.set(Person.objects.active().order_by("pk")[:PICKED])
    site = Person.objects.active()[0].site
    wave, languages = Wave.objects.filter(programme=programme)[0], most("language", 2)
    everybody = Person.objects.filter(
        left_on=None, site__wave_sites__wave__programme=programme
    ).order_by()
    is_picked = Q(pk__in=picked.people.values("pk"))
    lines = {
        "everybody": (Lines(), everybody),
        "a region without a language": (
            Lines(regions=[site.region], without={"language": languages[:1]}),
            everybody.filter(site__region=site.region).exclude(language=languages[0]),
        ),
        "three jobs": (Lines(personas=[workers]), everybody.filter(job__in=jobs)),
        "three jobs or picked, without a site": (
            Lines(personas=[workers, picked], without={"site": [site]}),
            everybody.filter(Q(job__in=jobs) | is_picked).exclude(site=site),
        ),
        "a wave in two languages without three jobs": (
            Lines(waves=[wave], languages=languages, without={"persona": [workers]}),
            everybody.filter(site__wave_sites__wave=wave, language__in=languages).exclude(
                job__in=jobs
            ),
        ),
    }
    return [Case(title, made(programme, own), plain) for title, (own, plain) in lines.items()]


def most(column: str, number: int) -> list[str]:
    """Return the values of a column that most people have."""
    counted = Person.objects.active().order_by().values_list(column).annotate(n=Count("pk"))
    return [value for value, _n in counted.order_by("-n", column)[:number]]


def persona(programme: Programme, slug: str, **values: object) -> Persona:
    """Return a persona."""
    return Persona.objects.create(programme=programme, slug=slug, name=slug, **values)


def made(programme: Programme, lines: Lines) -> Audience:
    """Return an audience with these lines."""
    return write_lines(Audience.objects.create(programme=programme), lines, database_now())
