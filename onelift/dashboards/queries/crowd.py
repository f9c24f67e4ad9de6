"""How many people the rules of a board mean, all from one count."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count

from communications.queries.reach import Reach, counts, reached
from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.models import Person
from stakeholders.models.person import PersonQuerySet


@dataclass(frozen=True)
class Cell:
    """How many people of one site share a business line and an employer, where these matter."""

    site: int
    people: int
    business_line: int | None = None
    employer: str = ""


@dataclass
class Crowd:
    """The active people of a programme, counted by all that some audience rules name."""

    cells: list[Cell]

    @cached_property
    def by_site(self) -> Counter[int]:
        """Return the number of people by site id."""
        found: Counter[int] = Counter()
        for cell in self.cells:
            found[cell.site] += cell.people
        return found

    @property
    def people(self) -> int:
        """Return how many there are."""
        return self.by_site.total()

    def at(self, sites: Collection[int]) -> int:
        """Return how many work at some sites."""
        return sum(self.by_site[site] for site in set(sites))

    def meant(self, rule: Mapping[str, Any], sites: Collection[int]) -> int:
        """Return how many a rule means at sites of its waves: what ``people_of`` finds there."""
        lines, employers, places = rule["business_lines"], rule["employers"], set(sites)
        return sum(
            cell.people
            for cell in self.cells
            if cell.site in places
            and (not lines or cell.business_line in lines)
            and (not employers or cell.employer in employers)
        )


def crowd_of(sites: Collection[int], scope: Scope, rules: Collection[Mapping[str, Any]]) -> Crowd:
    """Count the people at sites within a scope for some rules, in one query."""
    parts = {"business_line": "business_lines", "employer": "employers"}
    named = [column for column, part in parts.items() if any(rule[part] for rule in rules)]
    rows = _people_at(sites, scope).order_by().values("site", *named).annotate(people=Count("*"))
    return Crowd([Cell(**row) for row in rows if row["site"] in sites])


def reach_by_site(
    crowd: Crowd, programme: Programme, scope: Scope, since: datetime
) -> dict[int, Reach]:
    """Return how many of a crowd were reached since an instant, by site id, in one query."""
    people = _people_at(crowd.by_site, scope)
    got = counts(reached(people, programme, since), "site")
    return {site: Reach(people, got[site]) for site, people in crowd.by_site.items()}


def _people_at(sites: Collection[int], scope: Scope) -> PersonQuerySet:
    """Return the active people at sites within a scope, and others where all regions are in view.

    Most people are meant then, and to look at the site of each takes longer than to count it.
    """
    people = Person.objects.active()
    return people if scope.regions is None else people.filter(site__in=list(sites))
