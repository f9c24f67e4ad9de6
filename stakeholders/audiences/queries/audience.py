"""Whom chosen lines mean: line by line, by site and language, and some of them by name."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.functions import Mod

from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.audiences.models import Persona
from stakeholders.audiences.models.rule import NOBODY, Criteria, PersonaRule, Rule
from stakeholders.audiences.queries.channels import Missed, missed_by_email
from stakeholders.audiences.queries.offers import LINES, NOT, Offer
from stakeholders.audiences.queries.people import count_each, counted
from stakeholders.people.models import HeadCount, Person
from stakeholders.people.models.person import PersonQuerySet

# The lines as the page shows them, each with the kinds of choice it holds.
SHOWN: dict[str, tuple[str, ...]] = {
    "wave": ("wave",),
    "persona": ("persona",),
    "business_line": ("business_line",),
    "place": ("site", "region"),
    "language": ("language",),
    "employer": ("employer",),
    "without": tuple(NOT + kind for kind in LINES if kind != "wave"),
}
SAMPLE_SIZE = 8
# Primes: each draw puts the same people in another order, with neighbours far apart.
_STRIDE, _ROUND = 611_953, 1_000_003


class Left(NamedTuple):
    """What a line leaves of how many, and how many each of its choices means or takes."""

    before: int
    people: int
    each: tuple[int, ...]


@dataclass(frozen=True)
class Draft:
    """What is chosen, under the names of addresses: ``wave``, ``site``, ``not_site`` and so on."""

    programme: Programme
    chosen: Mapping[str, Sequence[Offer]] = field(default_factory=dict)

    @cached_property
    def rule(self) -> Rule:
        return self._rule(self.chosen)

    def without(self, kind: str, offer: Offer) -> Rule:
        """Return the rule that is left when one choice is taken away."""
        rest = [one for one in self.chosen[kind] if one is not offer]
        kept = {k: offers for k, offers in self.chosen.items() if k != kind}
        return self._rule({**kept, kind: rest} if rest else kept)

    def of(self, shown: str) -> list[tuple[str, Offer]]:
        """Return the choices of one line of the page, each with its kind."""
        return [(kind, offer) for kind in SHOWN[shown] for offer in self.chosen.get(kind, ())]

    def until(self, shown: str, kind: str = "", only: Offer | None = None) -> Rule:
        """Return the rule of the lines down to one, of which one choice may be left alone."""
        names = list(SHOWN)
        above = names[: names.index(shown) + (only is None)]
        kept = {k: self.chosen[k] for line in above for k in SHOWN[line] if k in self.chosen}
        return self._rule({**kept, kind: [only]} if only else kept)

    def _rule(self, chosen: Mapping[str, Sequence[Offer]]) -> Rule:
        lines: dict[str, Any] = {}
        without: dict[str, Any] = {}
        for kind, offers in chosen.items():
            into = without if kind.startswith(NOT) else lines
            into[LINES[kind.removeprefix(NOT)]] = _sorted(offers)
        return Rule(programme=self.programme.pk, without=Criteria(**without), **lines)


def _sorted(offers: Sequence[Offer]) -> tuple[Any, ...]:
    return tuple(sorted((offer.meaning for offer in offers), key=_order))


def _order(meaning: Any) -> Any:
    return meaning.id if isinstance(meaning, PersonaRule) else meaning


def conditions_of(draft: Draft) -> dict[str, Q]:
    """Return whom each line down to itself means, and each choice alone, by a key of its own."""
    rules = {shown: draft.until(shown) for shown in SHOWN if draft.of(shown)}
    for shown in SHOWN:
        for i, choice in enumerate(draft.of(shown)):
            rules[f"{shown}.{i}"] = draft.until(shown, *choice)
    return {key: rule.meant_here() for key, rule in rules.items()}


def left_by_line(draft: Draft, counts: Mapping[str, int], everybody: int) -> dict[str, Left]:
    """Return what each line leaves, given the counts of ``conditions_of``."""
    found: dict[str, Left] = {}
    people = everybody
    for shown in SHOWN:
        before, people = people, counts.get(shown, people)
        each = [counts[f"{shown}.{i}"] for i in range(len(draft.of(shown)))]
        takes = shown == "without"
        found[shown] = Left(before, people, tuple(before - n if takes else n for n in each))
    return found


def ways_out(draft: Draft, scope: Scope) -> list[tuple[str, Offer, int]]:
    """Return each choice without which somebody is meant, with how many, in one statement."""
    choices = [choice for shown in SHOWN for choice in draft.of(shown)]
    conditions = {str(i): draft.without(*choice).meant_here() for i, choice in enumerate(choices)}
    counts = count_each(conditions, Rule(programme=draft.programme.pk), scope)
    return [(*choice, counts[str(i)]) for i, choice in enumerate(choices) if counts[str(i)]]


@dataclass(frozen=True)
class Split:
    """How the people of an audience are spread: (site id or language code, people), most first."""

    by_site: list[tuple[int, int]]
    by_language: list[tuple[str, int]]
    people: int


def split_of(rule: Rule, scope: Scope) -> Split:
    """Count whom a rule means by site and by language, in one statement."""
    by_site: Counter[int] = Counter()
    by_language: Counter[str] = Counter()
    for row in counted(rule, scope, "site", "language"):
        by_site[row["site"]] += row["people"]
        by_language[row["language"]] += row["people"]
    return Split(_most(by_site), _most(by_language), by_site.total())


def _most(counts: Mapping[Any, int]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda row: (-row[1], str(row[0])))


def not_by_mail(personas: Sequence[Persona], scope: Scope) -> Q:
    """Return the condition of people whom mail does not reach.

    Email misses them, or they are not to be contacted: that is told to those alone who may see
    persons. One query.
    """
    return missed_by_email(personas).condition() | _uncontactable(scope)


def _uncontactable(scope: Scope) -> Q:
    return Q(is_do_not_contact=True) if scope.may("people.read") else NOBODY


def not_by_mail_each(
    rules: Mapping[int, Rule], personas: Sequence[Persona], scope: Scope
) -> dict[int, int]:
    """Count whom of each rule mail does not reach, as ``not_by_mail`` says, in three queries.

    Head counts tell it as if there were no single persons: picked by hand, frozen, or not to be
    contacted. These alone are looked at, for how many more or fewer they make it.
    """
    missed = missed_by_email(personas)
    kinds = {key: NOBODY if r.frozen else r.without_picked().meant() for key, r in rules.items()}
    alike = missed.without_picked().condition()
    heads = HeadCount.objects.within(scope).filter(alike)
    found = heads.aggregate(
        **{f"n{key}": Sum("heads", filter=kind, default=0) for key, kind in kinds.items()}
    )
    exact = missed.condition() | _uncontactable(scope)
    taken = {f"taken{key}": Count("pk", filter=kind & alike) for key, kind in kinds.items()}
    real = {f"n{key}": Count("pk", filter=rule.meant() & exact) for key, rule in rules.items()}
    singles = Person.objects.active().within(scope).filter(_single(rules, missed, scope))
    ones = singles.order_by().aggregate(**real, **taken)
    return {key: found[f"n{key}"] + ones[f"n{key}"] - ones[f"taken{key}"] for key in rules}


def _single(rules: Mapping[int, Rule], missed: Missed, scope: Scope) -> Q:
    """Return the condition of the people whom head counts cannot tell from others."""
    picked = missed.picked.union(*(rule.picked for rule in rules.values()))
    frozen = [rule.frozen for rule in rules.values() if rule.frozen]
    members = Person.objects.filter(frozen_in__in=frozen).order_by().values("pk")
    return Q(pk__in=picked) | Q(pk__in=members) | _uncontactable(scope)


@dataclass(frozen=True)
class SampledPerson:
    """A person of the sample, with the first persona whose rule means them."""

    person: Person
    persona: Persona | None

    @property
    def channels(self) -> list[str]:
        """Return the names of the channels that reach them; without a persona it is mail."""
        keys = self.persona.channels if self.persona else [Persona.Channel.MAIL]
        return [str(Persona.Channel(key).label) for key in keys if key in Persona.Channel]


def sample(people: PersonQuerySet, personas: Sequence[Persona], draw: int) -> list[SampledPerson]:
    """Return a few people; another draw gives others (two statements)."""
    place = Mod(F("pk") * Value(_STRIDE * (2 * draw + 1)), Value(_ROUND))
    drawn = list(people.order_by(place, "pk").values_list("pk", flat=True)[:SAMPLE_SIZE])
    cases = [When(p.rule().condition(), then=Value(p.pk)) for p in personas]
    chosen = Person.objects.filter(pk__in=drawn).select_related("site")
    known = chosen.annotate(persona_pk=Case(*cases, default=Value(0)))
    by_pk = {persona.pk: persona for persona in personas}
    rows = [SampledPerson(person, by_pk.get(person.persona_pk)) for person in known]  # type: ignore[attr-defined]
    return sorted(rows, key=lambda row: drawn.index(row.person.pk))
