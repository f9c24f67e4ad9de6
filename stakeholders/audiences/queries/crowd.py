"""How many people the rules of a board mean, all from one count of a crowd."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_

from django.db.models import Case, Count, When

from programmes.models import Site
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Cell, Criteria, Rule
from stakeholders.people.models import HeadCount, Person
from stakeholders.people.models.person import PersonQuerySet


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

    def meant_by_site(self, rule: Rule, sites: Collection[int] | None = None) -> Counter[int]:
        """Return how many a rule means by site id, also where it does not name the site."""
        found: Counter[int] = Counter()
        for cell in self._cells(rule, self.by_site if sites is None else sites):
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

    def cells_of(self, rule: Rule) -> list[Cell]:
        """Return the cells that a rule means, wherever it names them."""
        return list(self._cells(rule, self.by_site))

    def _cells(self, rule: Rule, sites: Collection[int]) -> Iterable[Cell]:
        places, own = set(sites), self.apart.get(rule)
        for cell in self.cells if own is None else own:
            site = cell["site"]
            if site in places and (own is not None or rule.means(cell, self.regions.get(site))):
                yield cell


def crowd_of(sites: Iterable[int], scope: Scope, rules: Collection[Rule], *by: str) -> Crowd:
    """Count the people at sites within a scope for some rules, and by more columns if wanted.

    One query; one more if personas name regions, one more for all rules of people picked by hand,
    and one more for all frozen ones.
    ``sites`` are their ids, or the query of these.
    """
    counted = [rule for rule in rules if not rule.frozen]
    parts = [part for rule in counted for part in _parts(rule)]
    named = sorted({column for part in parts for column, _line in part.columns} | set(by))
    cells = HeadCount.objects.within(scope).filter(site__in=sites).by("site", *named)
    has_regions = any(part.regions for part in parts)
    regions = dict(Site.objects.values_list("pk", "region")) if has_regions else {}
    here = Person.objects.active().filter(site__in={cell["site"] for cell in cells}).order_by()
    picked = [rule for rule in counted if rule.is_single]
    apart = _frozen(here, [rule for rule in rules if rule.frozen], by)
    apart |= _picked(Crowd(cells, regions), here, picked, named)
    return Crowd(cells, regions, apart)


def _parts(rule: Rule) -> list[Criteria]:
    return [rule, rule.without, *rule.personas, *rule.without.personas]


def _picked(
    crowd: Crowd, people: PersonQuerySet, rules: Sequence[Rule], columns: Sequence[str]
) -> dict[Rule, list[Cell]]:
    """Return the cells of each rule that names people picked by hand, in one query for all.

    These are the cells that it means without them, and a cell of one, or of minus one, for each of
    them whom it means with them alone, or without them alone.
    """
    if not rules:
        return {}
    keys = {pk for rule in rules for pk in rule.picked}
    means = {f"n{i}": _one_if(rule) for i, rule in enumerate(rules)}
    rows = list(people.filter(pk__in=keys).values("pk", "site", *columns, **means))
    found: dict[Rule, list[Cell]] = {}
    for i, rule in enumerate(rules):
        others = rule.without_picked()
        alone = [
            row | {"people": row[f"n{i}"] - others.means(row, crowd.regions.get(row["site"]))}
            for row in rows
        ]
        found[rule] = [*crowd.cells_of(others), *(row for row in alone if row["people"])]
    return found


def _one_if(rule: Rule) -> Case:
    return Case(When(rule.condition(), then=1), default=0)


def _frozen(
    here: PersonQuerySet, rules: Sequence[Rule], by: Sequence[str]
) -> dict[Rule, list[Cell]]:
    """Return the cells of each rule of a frozen audience, in one query for all."""
    if not rules:
        return {}
    conditions = [rule.condition() for rule in rules]
    counts = {f"n{i}": Count("site", filter=each) for i, each in enumerate(conditions)}
    meant = here.filter(reduce(or_, conditions))
    rows = list(meant.values("site", *by).annotate(**counts))
    return {
        rule: [row | {"people": row[f"n{i}"]} for row in rows if row[f"n{i}"]]
        for i, rule in enumerate(rules)
    }
