"""How many of some people are informed, from counts of those who are alike.

People and those who are informed are counted by all columns that personas name, so that no person
need be read. Those whom a persona picks by hand are taken out of these counts and looked at alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import FilteredRelation, Q

from communications.dispatches.queries.reach import people_in
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.models.rule import PersonaRule
from stakeholders.models import HeadCount, Impact, InformedCount, Persona
from stakeholders.people.models.informed import CELL
from stakeholders.people.models.person import PersonQuerySet


class Share(NamedTuple):
    """Some people, those of them who are informed, and further ones who possibly are."""

    people: int = 0
    informed: int = 0
    possibly: int = 0

    @classmethod
    def of(cls, people: int, known: int, informed: int) -> "Share":
        """Return the share of some people, none of whom is known to be more than there are.

        Who has moved or left since the others were counted is in one of the numbers alone.
        """
        known = max(0, min(known, people))
        informed = max(0, min(informed, known))
        return cls(max(0, people), informed, known - informed)

    def __add__(self, other: Any) -> "Share":
        """Return the share of two groups that have nobody in common."""
        people, informed, possibly = other
        return Share(self.people + people, self.informed + informed, self.possibly + possibly)

    @property
    def uninformed(self) -> int:
        """Return how many are not informed; those who possibly are count here too."""
        return self.people - self.informed

    @property
    def share(self) -> float:
        """Return the fraction informed, 0 to 1."""
        return self.informed / self.people if self.people else 0.0

    @property
    def possible_share(self) -> float | None:
        """Return the fraction informed at most, 0 to 1; None where nobody is possibly."""
        return (self.informed + self.possibly) / self.people if self.possibly else None


# The values of ``CELL`` that some people share.
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Alike:
    """Some people of a place and business line whom the same personas mean (their ids)."""

    place: WaveSite
    line: int | None
    meant: frozenset[int]
    share: Share


def with_informed(people: PersonQuerySet, programme: Programme) -> PersonQuerySet:
    """Add what is known of each person in the programme, as ``known``; without, nothing is."""
    return people.annotate(
        known=FilteredRelation("informed", condition=Q(informed__programme=programme))
    )


def alike_at(
    places: Iterable[WaveSite], programme: Programme, scope: Scope, personas: Collection[Persona]
) -> list[Alike]:
    """Return the people in view at some sites, by which of the personas mean them.

    Two queries, and one more if a persona picks people by hand; none without a persona.
    """
    if not personas:
        return []
    rules = [one.rule() for one in {one.pk: one for one in personas}.values()]
    at = {place.site_id: place for place in places}
    people = people_in(programme, scope).filter(site__in=at)
    picked = _picked(people, programme, {pk for rule in rules for pk in rule.people or ()})
    crowds = _crowds(programme, scope, at, picked.values())
    kinds = _by_kind(rules, [*crowds, *(key for key, _share in picked.values())])
    there = {pk: _meant_at(rules, place) for pk, place in at.items()}
    by_hand = {pk: frozenset(r.id for r in rules if pk in (r.people or ())) for pk in picked}
    return [
        *(Alike(at[k[0]], k[1], kinds[k[1:]] & there[k[0]], n) for k, n in crowds.items()),
        *(
            Alike(at[k[0]], k[1], kinds[k[1:]] & there[k[0]] | by_hand[pk], n)
            for pk, (k, n) in picked.items()
        ),
    ]


def _by_kind(rules: Sequence[PersonaRule], keys: Iterable[Key]) -> dict[Key, frozenset[int]]:
    """Return which rules are for the people of some cells, by all of a cell but its site.

    There are far fewer of these than cells.
    """
    return {
        kind: frozenset(
            rule.id for rule in rules if rule.is_for(dict(zip(CELL[1:], kind, strict=True)))
        )
        for kind in {key[1:] for key in keys}
    }


def _meant_at(rules: Iterable[PersonaRule], place: WaveSite) -> frozenset[int]:
    site = place.site
    return frozenset(rule.id for rule in rules if rule.is_at(site.pk, site.region_id))


def _picked(
    people: PersonQuerySet, programme: Programme, keys: Collection[int]
) -> dict[int, tuple[Key, Share]]:
    """Return some people, each alone, by id."""
    if not keys:
        return {}
    known = with_informed(people.filter(pk__in=keys), programme).order_by()
    rows = known.values_list("pk", "known", "known__informed_at", *CELL)
    return {
        pk: (tuple(key), Share.of(1, int(is_known is not None), int(at is not None)))
        for pk, is_known, at, *key in rows
    }


def _crowds(
    programme: Programme,
    scope: Scope,
    sites: Collection[int],
    without: Iterable[tuple[Key, Share]],
) -> dict[Key, Share]:
    """Return all the others at some sites, by cell."""
    heads = HeadCount.objects.within(scope).filter(site__in=sites).rows_by(*CELL)
    known = InformedCount.objects.of(programme).filter(site__in=sites).by(*CELL)
    apart: dict[Key, Share] = defaultdict(Share)
    for key, share in without:
        apart[key] += share
    found = {}
    for *cell, people in heads:
        key = tuple(cell)
        own, (all_known, informed) = apart.get(key, Share()), known.get(key, (0, 0))
        found[key] = Share.of(
            people - own.people,
            all_known - own.informed - own.possibly,
            informed - own.informed,
        )
    return found


def affected(groups: Iterable[Alike], impacts: Iterable[Impact]) -> list[Alike]:
    """Keep those whom some impacts touch, loaded by ``with_felt``: ``touched_by`` over counts."""
    felt: dict[Narrowed, set[int]] = defaultdict(set)
    for impact in impacts:
        felt[Narrowed.of(impact)].update(one.pk for one in impact.personas.all())
    return [
        group
        for group in groups
        if any(not whom.isdisjoint(group.meant) and at.has(group) for at, whom in felt.items())
    ]


@dataclass(frozen=True)
class Narrowed:
    """Where and by whom an impact is felt, as ids; empty is anywhere and by all lines."""

    sites: frozenset[int]
    lines: frozenset[int]
    wave: int | None

    @classmethod
    def of(cls, impact: Impact) -> "Narrowed":
        """Return what an impact names."""
        return cls(
            frozenset(site.pk for site in impact.sites.all()),
            frozenset(line.pk for line in impact.business_lines.all()),
            impact.wave_id,
        )

    def has(self, group: Alike) -> bool:
        """Tell whether it is felt there, by people of that business line."""
        return (
            (not self.sites or group.place.site_id in self.sites)
            and (not self.lines or group.line in self.lines)
            and self.wave in (None, group.place.wave_id)
        )
