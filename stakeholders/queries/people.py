"""How many people are where, and what they read."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Q

from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.models import Person, Persona
from stakeholders.models.rule import people_of, persona_condition

EVERYBODY = Q()


def people_by_site(scope: Scope) -> dict[int, int]:
    """Return the number of active people by site id, without sites that have none (one query)."""
    people = Person.objects.active().within(scope).order_by("site")
    return dict(people.values_list("site").annotate(n=Count("*")))


def people_by_language(programme: Programme, scope: Scope) -> dict[str, int]:
    """Return the number of active people at the programme's sites by what they read (one query)."""
    places = WaveSite.objects.filter(wave__programme=programme).values("site")
    people = Person.objects.active().within(scope).filter(site__in=places).order_by("language")
    return dict(people.values_list("language").annotate(n=Count("*")))


class Heads(NamedTuple):
    """How many active people of a site are alike in what boards count them by."""

    site: int
    language: str
    business_line: int | None
    employer: str
    people: int


def heads_of(programme: Programme, scope: Scope) -> list[Heads]:
    """Count the active people of a programme, in two queries.

    All are counted as the index has them, and those elsewhere are left out: that is quicker.
    """
    places = WaveSite.objects.within(scope).filter(wave__programme=programme)
    sites = set(places.order_by().values_list("site", flat=True))
    people = Person.objects.within(scope).active().order_by()
    rows = people.values_list(*Heads._fields[:-1]).annotate(n=Count("*"))
    return [heads for heads in map(Heads._make, rows) if heads.site in sites]


def personas_of(person: Person, personas: Sequence[Persona]) -> list[Persona]:
    """Return those personas whose rules mean a person, in one query."""
    found = {f"n{p.pk}": Count("pk", filter=persona_condition(p.rule())) for p in personas}
    meant = Person.objects.filter(pk=person.pk).order_by().aggregate(**found) if found else {}
    return [persona for persona in personas if meant[f"n{persona.pk}"]]


def count_each(
    conditions: Mapping[str, Q], rule: Mapping[str, Any], scope: Scope, where: Q = EVERYBODY
) -> dict[str, int]:
    """Return how many of the people whom a rule means meet each condition, in one statement.

    ``where`` is what all of them meet besides.
    """
    if not conditions:
        return {}
    counted = {f"n{i}": Count("site", filter=q) for i, q in enumerate(conditions.values())}
    counts = people_of(rule).within(scope).filter(where).order_by().aggregate(**counted)
    return dict(zip(conditions, counts.values(), strict=True))
