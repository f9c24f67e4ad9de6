"""How many people are where, and what they read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from programmes.models import BusinessLine, Programme, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.models import Persona
from stakeholders.audiences.models.rule import Rule
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
    places = WaveSite.objects.filter(wave__programme=programme).values("site")
    heads = HeadCount.objects.within(scope).filter(site__in=places)
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


def personas_of(person: Person, personas: Sequence[Persona]) -> list[Persona]:
    """Return those personas whose rules mean a person, in one query."""
    found = {f"n{p.pk}": Count("pk", filter=p.rule().condition()) for p in personas}
    meant = Person.objects.filter(pk=person.pk).order_by().aggregate(**found) if found else {}
    return [persona for persona in personas if meant[f"n{persona.pk}"]]


def count_each(conditions: Mapping[str, Q], rule: Rule, scope: Scope) -> dict[str, int]:
    """Return how many of the people whom a rule means meet each condition, in one statement."""
    if not conditions:
        return {}
    counted = {f"n{i}": Count("site", filter=q) for i, q in enumerate(conditions.values())}
    counts = rule.people().within(scope).order_by().aggregate(**counted)
    return dict(zip(conditions, counts.values(), strict=True))
