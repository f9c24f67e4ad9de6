"""How many people are where, and what they read."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q

from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.models import Person
from stakeholders.models.rule import people_of


def people_by_site(scope: Scope) -> dict[int, int]:
    """Return the number of active people by site id, without sites that have none (one query)."""
    people = Person.objects.active().within(scope).order_by("site")
    return dict(people.values_list("site").annotate(n=Count("*")))


def people_by_language(programme: Programme, scope: Scope) -> dict[str, int]:
    """Return the number of active people at the programme's sites by what they read (one query)."""
    places = WaveSite.objects.filter(wave__programme=programme).values("site")
    people = Person.objects.active().within(scope).filter(site__in=places).order_by("language")
    return dict(people.values_list("language").annotate(n=Count("*")))


def count_each(
    conditions: Mapping[str, Q], rule: Mapping[str, Any], scope: Scope
) -> dict[str, int]:
    """Return how many of the people whom a rule means meet each condition, in one statement."""
    if not conditions:
        return {}
    counted = {f"n{i}": Count("pk", filter=q) for i, q in enumerate(conditions.values())}
    counts = people_of(rule).within(scope).order_by().aggregate(**counted)
    return dict(zip(conditions, counts.values(), strict=True))
