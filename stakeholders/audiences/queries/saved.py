"""Saved audiences: how many people each means, two compared, and who is in none."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Q

from programmes.models import Programme, Wave
from programmes.scope import Scope
from stakeholders.audiences.models import Audience
from stakeholders.audiences.models.audience import AudienceQuerySet
from stakeholders.audiences.models.rule import NOBODY, Rule
from stakeholders.audiences.queries.people import count_each


@dataclass(frozen=True)
class SavedAudience:
    """A saved audience with its people within the scope, and how many actions use it."""

    audience: Audience
    people: int
    actions: int


def saved_audiences(scope: Scope) -> AudienceQuerySet:
    """Return the audiences that are kept under a name, by name, with ``actions`` that use each."""
    saved = Audience.objects.within(scope).saved()
    return saved.annotate(actions=Count("followers")).order_by("name", "pk")


def with_people(audiences: Sequence[Audience], scope: Scope) -> list[SavedAudience]:
    """Count the people of some audiences of one programme, in one statement."""
    conditions = {str(one.pk): one.rule().meant_here() for one in audiences}
    programme = audiences[0].programme_id if audiences else 0
    counts = count_each(conditions, Rule(programme=programme), scope)
    return [
        SavedAudience(one, counts[str(one.pk)], one.actions)  # type: ignore[attr-defined]
        for one in audiences
    ]


@dataclass(frozen=True)
class Shared:
    """How many people two audiences share at a site, and how many are in only one of them."""

    site: str
    site_id: int
    only_first: int
    both: int
    only_second: int


@dataclass(frozen=True)
class Comparison:
    """Two audiences side by side, as a whole and site by site."""

    first: Audience
    second: Audience
    sites: list[Shared]

    @property
    def only_first(self) -> int:
        """Return how many are in the first alone."""
        return sum(shared.only_first for shared in self.sites)

    @property
    def both(self) -> int:
        """Return how many are in both."""
        return sum(shared.both for shared in self.sites)

    @property
    def only_second(self) -> int:
        """Return how many are in the second alone."""
        return sum(shared.only_second for shared in self.sites)


def compare(first: Audience, second: Audience, scope: Scope) -> Comparison:
    """Compare two audiences of one programme, in one statement."""
    a, b = first.rule().meant_here(), second.rule().meant_here()
    people = Rule(programme=first.programme_id).people().within(scope).filter(a | b)
    rows = (
        people.order_by()
        .values_list("site__name", "site")
        .annotate(
            only_first=Count("pk", filter=a & ~b),
            both=Count("pk", filter=a & b),
            only_second=Count("pk", filter=b & ~a),
        )
    )
    sites = sorted((Shared(*row) for row in rows), key=lambda shared: shared.site.casefold())
    return Comparison(first, second, sites)


def in_no_audience(programme: Programme) -> Q:
    """Return the condition of people at a programme's sites whom none of its audiences means.

    Saved audiences count, and those of messages and surveys. It takes a fixed number of queries.
    """
    audiences = Audience.objects.filter(programme=programme).with_rule()
    rules = dict.fromkeys(audience.rule() for audience in audiences)
    return ~reduce(or_, (rule.meant_here() for rule in rules), NOBODY)


def left_out(programme: Programme, waves: Sequence[Wave], scope: Scope) -> dict[int, int]:
    """Return how many people of each wave are in no audience, by wave id, in one statement."""
    untold = in_no_audience(programme)
    conditions = {
        str(wave.pk): Rule(programme=programme.pk, waves=(wave.pk,)).meant_here() & untold
        for wave in waves
    }
    counts = count_each(conditions, Rule(programme=programme.pk), scope)
    return {wave.pk: counts[str(wave.pk)] for wave in waves}
