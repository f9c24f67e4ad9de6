"""How many people of what waits email misses, or an adaptation serves."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db.models import Count, Q

from communications.messages.queries.adaptation import in_force_with
from communications.messages.queries.adapted_readers import adapted_readers_of
from communications.models import Approval
from programmes.scope import Scope
from stakeholders.audiences.queries.audience import not_by_mail, not_by_mail_each
from stakeholders.models import Person, Persona
from stakeholders.people.models.person import PersonQuerySet


def adapted_by_version(
    waiting: Sequence[Approval], scope: Scope, parts: Mapping[int, PersonQuerySet]
) -> dict[int, Counter[str]]:
    """Count who gets an adaptation in their language, or no email, by the version's id.

    Three queries at most, one where no adaptation is in force.
    """
    versions = in_force_with({one.message_id: one.frozen for one in waiting})
    told = {
        one.pk: (
            parts.get(one.message_id, one.frozen.rule.people()).within(scope),
            versions[one.message_id],
        )
        for one in waiting
    }
    return adapted_readers_of(told)


def missed_by_version(
    waiting: Sequence[Approval], scope: Scope, parts: Mapping[int, PersonQuerySet]
) -> dict[int, int]:
    """Count whom of each version email misses, by its id; four queries beside the personas.

    ``parts`` are those who get a message now, by its id, where that is not all of its audience.
    """
    personas = list(Persona.objects.within(scope).with_rule())
    rules = {one.pk: one.frozen.rule for one in waiting if one.message_id not in parts}
    some = {one.pk: parts[one.message_id] for one in waiting if one.message_id in parts}
    missed = not_by_mail_each(rules, personas, scope) if rules else {}
    return missed | _missed_in(some, personas, scope)


def _missed_in(
    parts: Mapping[int, PersonQuerySet], personas: Sequence[Persona], scope: Scope
) -> dict[int, int]:
    """Count whom email misses among the people of each key; one query, none without keys."""
    if not parts:
        return {}
    people = Person.objects.active().within(scope).filter(not_by_mail(personas, scope))
    counts = {
        f"n{key}": Count("pk", filter=Q(pk__in=part.order_by().values("pk")))
        for key, part in parts.items()
    }
    found = people.order_by().aggregate(**counts)
    return {key: found[f"n{key}"] for key in parts}
