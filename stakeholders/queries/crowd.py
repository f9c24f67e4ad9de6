"""How many people the rules of a board mean, all from one count of a crowd."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import Count

from programmes.models import Site
from programmes.scope import Scope
from stakeholders.models import HeadCount, Person
from stakeholders.models.rule import COLUMNS, Rule, condition_of

# How many people share a site, and what else a rule names: columns of a person → value.
Cell = Mapping[str, Any]


@dataclass
class Crowd:
    """The people of a board, counted by all that some audience rules name.

    Attributes:
        cells: how many share the same columns; ``people`` is their number.
        regions: the region of each site, where a persona names one.
        apart: the cells of those rules that mean single persons, by ``key_of`` the rule.

    """

    cells: Sequence[Cell]
    regions: Mapping[int, int] = field(default_factory=dict)
    apart: Mapping[str, list[Cell]] = field(default_factory=dict)

    @cached_property
    def by_site(self) -> Counter[int]:
        """Return the number of people by site id."""
        found: Counter[int] = Counter()
        for cell in self.cells:
            found[cell["site"]] += cell["people"]
        return found

    @property
    def people(self) -> int:
        """Return how many there are."""
        return self.by_site.total()

    def at(self, sites: Collection[int]) -> int:
        """Return how many work at some sites."""
        return sum(self.by_site[site] for site in set(sites))

    def meant(self, rule: Rule, sites: Collection[int]) -> int:
        """Return how many a rule means at sites that it names: what ``people_of`` finds there."""
        return sum(cell["people"] for cell in self._cells(rule, sites))

    def meant_by_site(self, rule: Rule) -> Counter[int]:
        """Return how many a rule means by site id, also where it does not name the site."""
        found: Counter[int] = Counter()
        for cell in self._cells(rule, self.by_site):
            found[cell["site"]] += cell["people"]
        return found

    def readers(self, rule: Rule, sites: Collection[int]) -> Counter[str]:
        """Return the same by language, if the crowd was counted by it."""
        found: Counter[str] = Counter()
        for cell in self._cells(rule, sites):
            found[cell["language"]] += cell["people"]
        return found

    def cells_meant(self, rule: Rule) -> dict[int, list[Cell]]:
        """Return the cells that a rule means, by site id, also where it does not name the site.

        None of a rule of single persons, which are counted apart.
        """
        found: dict[int, list[Cell]] = defaultdict(list)
        for cell in [] if is_single(rule) else self._cells(rule, self.by_site):
            found[cell["site"]].append(cell)
        return found

    def _cells(self, rule: Rule, sites: Collection[int]) -> Iterable[Cell]:
        places, own = set(sites), self.apart.get(key_of(rule))
        for cell in self.cells if own is None else own:
            if cell["site"] in places and (own is not None or self._is_meant(rule, cell)):
                yield cell

    def _is_meant(self, rule: Rule, cell: Cell) -> bool:
        personas, without = rule.get("personas"), rule.get("without", {})
        return (
            _has_all(rule, cell)
            and (not personas or self._is_any(personas, cell))
            and not any(cell[COLUMNS[k]] in without[k] for k in COLUMNS if without.get(k))
            and not self._is_any(without.get("personas", ()), cell)
        )

    def _is_any(self, personas: Iterable[Rule], cell: Cell) -> bool:
        return any(
            _has_lines(p) and _has_all(p, cell) and self._is_there(p, cell) for p in personas
        )

    def _is_there(self, persona: Rule, cell: Cell) -> bool:
        sites, regions = persona.get("sites", ()), persona.get("regions", ())
        is_anywhere = not (sites or regions)
        return is_anywhere or cell["site"] in sites or self.regions.get(cell["site"]) in regions


def _has_all(rule: Rule, cell: Cell) -> bool:
    return all(cell[column] in rule[line] for line, column in COLUMNS.items() if rule.get(line))


def _has_lines(persona: Rule) -> bool:
    return any(line for name, line in persona.items() if name != "id")


def key_of(rule: Rule) -> str:
    """Return the same word for equal rules."""
    return json.dumps(rule, sort_keys=True)


def crowd_of(sites: Iterable[int], scope: Scope, rules: Collection[Rule], *by: str) -> Crowd:
    """Count the people at sites within a scope for some rules, and by more columns if wanted.

    One query; one more if personas name regions, one more for all rules of single persons.
    ``sites`` are their ids, or the query of these.
    """
    single = [rule for rule in rules if is_single(rule)]
    plain = [part for rule in rules if not is_single(rule) for part in _parts(rule)]
    named = {column for line, column in COLUMNS.items() if any(p.get(line) for p in plain)}
    heads = HeadCount.objects.within(scope).filter(site__in=sites)
    cells = heads.by("site", *sorted(named | set(by)))
    has_regions = any(part.get("regions") for part in plain)
    return Crowd(
        cells=cells,
        regions=dict(Site.objects.values_list("pk", "region")) if has_regions else {},
        apart=_apart({cell["site"] for cell in cells}, single, by),
    )


def is_single(rule: Rule) -> bool:
    """Tell whether a rule means single persons: frozen, or with a persona picked by hand."""
    return bool(rule.get("frozen")) or any("people" in persona for persona in _personas(rule))


def _personas(rule: Rule) -> list[Rule]:
    return [*rule.get("personas", ()), *rule.get("without", {}).get("personas", ())]


def _parts(rule: Rule) -> list[Rule]:
    return [rule, rule.get("without", {}), *_personas(rule)]


def _apart(
    sites: Collection[int], rules: Sequence[Rule], by: Sequence[str]
) -> dict[str, list[Cell]]:
    """Return the cells of each rule at sites in view, in one query for all."""
    if not rules:
        return {}
    conditions = [condition_of(rule) for rule in rules]
    counts = {f"n{i}": Count("site", filter=each) for i, each in enumerate(conditions)}
    people = Person.objects.active().filter(site__in=sites)
    meant = people.filter(reduce(or_, conditions)).order_by()
    rows = list(meant.values("site", *by).annotate(**counts))
    return {
        key_of(rule): [row | {"people": row[f"n{i}"]} for row in rows if row[f"n{i}"]]
        for i, rule in enumerate(rules)
    }
