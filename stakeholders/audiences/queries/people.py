"""How many people are where, and what they read."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from programmes.models import BusinessLine, Programme
from programmes.models.organisation import sites_in_waves
from programmes.scope import Scope
from stakeholders.audiences.models import Persona
from stakeholders.audiences.models.rule import PersonaRule, Rule
from stakeholders.people.models import HeadCount, Person
from stakeholders.people.models.person import PersonQuerySet


def people_by_site() -> dict[int, int]:
    """Return the number of active people of the whole organisation by site id (one query).

    Sites that have none are left out.
    """
    return {row["site"]: row["people"] for row in HeadCount.objects.by("site")}


def lines_of_people(people: PersonQuerySet, kept: Iterable[Any] = ()) -> QuerySet[BusinessLine]:
    """Return the business lines that some people have, and those that are kept (or their ids)."""
    had = Q(pk__in=people.order_by().values("business_line"))
    return BusinessLine.objects.filter(had | Q(pk__in=[getattr(one, "pk", one) for one in kept]))


class Heads(NamedTuple):
    """How many active people of a site are alike in what boards count them by."""

    site: int
    language: str
    business_line: int | None
    employer: str
    people: int


def heads_of(programme: Programme, scope: Scope) -> list[Heads]:
    """Count the active people of a programme (one query)."""
    heads = HeadCount.objects.within(scope)
    # The sites of the programme are asked for once.
    if scope.programme != programme.pk:
        heads = heads.filter(site__in=sites_in_waves(programme.pk).values("pk"))
    return [Heads(**row) for row in heads.by(*Heads._fields[:-1])]


def counted(rule: Rule, scope: Scope, *columns: str) -> list[dict[str, Any]]:
    """Count whom a rule means by some columns of ``Heads``, as ``people`` (one query)."""
    if rule.is_single:
        people = rule.people().within(scope).order_by()
        return list(people.values(*columns).annotate(people=Count("*")))
    return HeadCount.objects.within(scope).filter(rule.meant()).by(*columns)


def number_of(rule: Rule, scope: Scope) -> int:
    """Return how many people a rule means (one query)."""
    return sum(row["people"] for row in counted(rule, scope, "site"))


def personas_of(person: Person, personas: Iterable[Persona]) -> list[Persona]:
    """Return those personas whose rules mean a person, without a query once all are loaded."""
    return [persona for persona in personas if is_in(persona.rule(), person)]


def is_in(rule: PersonaRule, person: Person) -> bool:
    """Tell whether a rule means a person, as its condition on people does."""
    cell = {
        "business_line": person.business_line_id,
        "site": person.site_id,
        "job": person.job,
        "employer": person.employer,
        "language": person.language,
    }
    if rule.people is not None:
        return person.pk in rule.people and rule.has_all(cell)
    return rule.means(cell, person.site.region_id)


def count_each(conditions: Mapping[str, Q], rule: Rule, scope: Scope) -> dict[str, int]:
    """Return how many of the people whom a rule means meet each condition, in one statement."""
    if not conditions:
        return {}
    counted = {f"n{i}": Count("site", filter=q) for i, q in enumerate(conditions.values())}
    counts = rule.people().within(scope).order_by().aggregate(**counted)
    return dict(zip(conditions, counts.values(), strict=True))
