"""How many people whom a rule means have opted out."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count

from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule
from stakeholders.people.models import OptOut, Person


def opted_out_by_rule(rules: Mapping[int, Rule], programme: int, scope: Scope) -> dict[int, int]:
    """Count those who have opted out of a programme (its id), by the keys of some rules.

    One statement, which begins with those who have; none without rules.
    """
    if not rules:
        return {}
    people = Person.objects.active().within(scope).opted_out(programme).order_by()
    counts = {f"n{key}": Count("pk", filter=rule.meant()) for key, rule in rules.items()}
    found = people.aggregate(**counts)
    return {key: found[f"n{key}"] for key in rules}


def opted_out_at(person: Person, programme: Programme) -> datetime | None:
    """Return since when (UTC) a person has opted out; None if they have not (one query)."""
    own = OptOut.objects.filter(person=person, programme=programme)
    return own.values_list("at", flat=True).first()
