"""How many people the rules of a board mean, all from one count of a crowd."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_

from django.db.models import Count

from programmes.models import Site
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Cell, Criteria, Rule
from stakeholders.people.models import HeadCount, Person


@dataclass
class Crowd:
    """The people of a board, counted by all that some audience rules name.

    Attributes:
        cells: how many share the same columns; ``people`` is their number.
        regions: the region of each site, where a persona names one.
        apart: the cells of those rules that mean single persons.

    """

    cells: Sequence[Cell]
    regions: Mapping[int, int] = field(default_factory=dict)
    apart: Mapping[Rule, list[Cell]] = field(default_factory=dict)

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
        """Return how many a rule means at sites that it names: what ``Rule.people`` finds there."""
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
        for cell in [] if rule.is_single else self._cells(rule, self.by_site):
            found[cell["site"]].append(cell)
        return found

    def _cells(self, rule: Rule, sites: Collection[int]) -> Iterable[Cell]:
        places, own = set(sites), self.apart.get(rule)
        for cell in self.cells if own is None else own:
            site = cell["site"]
            if site in places and (own is not None or rule.means(cell, self.regions.get(site))):
                yield cell


def crowd_of(sites: Iterable[int], scope: Scope, rules: Collection[Rule], *by: str) -> Crowd:
    """Count the people at sites within a scope for some rules, and by more columns if wanted.

    One query; one more if personas name regions, one more for all rules of single persons.
    ``sites`` are their ids, or the query of these.
    """
    single = [rule for rule in rules if rule.is_single]
    plain = [part for rule in rules if not rule.is_single for part in _parts(rule)]
    named = {column for part in plain for column, _line in part.columns}
    heads = HeadCount.objects.within(scope).filter(site__in=sites)
    cells = heads.by("site", *sorted(named | set(by)))
    has_regions = any(part.regions for part in plain)
    return Crowd(
        cells=cells,
        regions=dict(Site.objects.values_list("pk", "region")) if has_regions else {},
        apart=_apart({cell["site"] for cell in cells}, single, by),
    )


def _parts(rule: Rule) -> list[Criteria]:
    return [rule, rule.without, *rule.personas, *rule.without.personas]


def _apart(
    sites: Collection[int], rules: Sequence[Rule], by: Sequence[str]
) -> dict[Rule, list[Cell]]:
    """Return the cells of each rule at sites in view, in one query for all."""
    if not rules:
        return {}
    conditions = [rule.condition() for rule in rules]
    counts = {f"n{i}": Count("site", filter=each) for i, each in enumerate(conditions)}
    people = Person.objects.active().filter(site__in=sites)
    meant = people.filter(reduce(or_, conditions)).order_by()
    rows = list(meant.values("site", *by).annotate(**counts))
    return {
        rule: [row | {"people": row[f"n{i}"]} for row in rows if row[f"n{i}"]]
        for i, rule in enumerate(rules)
    }
