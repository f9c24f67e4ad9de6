"""The heat map of impacts, its gaps, and impacts as a list: what the pages show of ``impacts``."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from onelift.dashboards.impacts.queries.answered import Hit
from onelift.dashboards.impacts.queries.impacts import ONLY_GAPS, ImpactFilter, Impacts
from programmes.models import Site
from stakeholders.audiences.queries.answer import ImpactAnswer
from stakeholders.models import Impact, Persona, Severity

# Gaps of fewer people are folded.
FEW = 5
# So many cells of the map are red at most: where all is, nothing is.
MOST_WORST = 3


@dataclass(frozen=True)
class Column:
    """A wave, or a site of the chosen one; ``people`` are all who work there."""

    label: str
    name: str
    value: str
    sites: frozenset[int]
    people: int


@dataclass(frozen=True)
class HeatCell:
    """What hits a persona in a column: the hardest impact, and how many feel something.

    ``gap_severity`` is that of the hardest impact without action; ``is_worst`` tells the few cells
    from the others that hit the most people the hardest.
    """

    column: Column
    severity: int
    people: int
    gap_people: int
    gap_severity: int
    actions: int
    is_worst: bool = False

    @property
    def weight(self) -> int:
        """Return what its gaps count for, as that of ``Gap``."""
        return self.gap_people * self.gap_severity

    @property
    def word(self) -> str:
        return str(Severity(self.severity).label) if self.severity else ""


@dataclass(frozen=True)
class HeatRow:
    """A persona with its cells."""

    persona: Persona
    cells: list[HeatCell]


@dataclass(frozen=True)
class Gap:
    """A persona at a site that something high hits, and that nothing helps.

    ``drafts`` are planned there and not approved; ``elsewhere`` are the actions that answer the
    same impacts at other sites.
    """

    persona: Persona
    site: Site
    people: int
    impacts: list[Impact]
    drafts: list[ImpactAnswer]
    elsewhere: list[ImpactAnswer]

    @property
    def severity(self) -> int:
        """Return that of the hardest impact."""
        return max(impact.severity for impact in self.impacts)

    @property
    def is_small(self) -> bool:
        """Tell whether so few are hit that the large ones come before, however hard it is."""
        return self.people < FEW

    @property
    def weight(self) -> int:
        """Return what the gap counts for: how many it hits, and how hard."""
        return self.people * self.severity

    @property
    def word(self) -> str:
        return str(Severity(self.severity).label)


def columns_of(found: Impacts, wish: ImpactFilter) -> list[Column]:
    """Return the sites of the chosen wave as columns; without one the waves."""
    by_site = bool(wish.wave or wish.site)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place in filter(wish.wants_place, found.places):
        key = (place.site.name, place.site_id) if by_site else (place.wave.name, place.wave_id)
        groups[str(key[0]), str(key[1])].append(place.site_id)
    name = "site" if by_site else "wave"
    return [
        Column(label, name, value, frozenset(sites), found.crowd.at(sites))
        for (label, value), sites in groups.items()
    ]


def heat_of(found: Impacts, columns: Sequence[Column]) -> list[HeatRow]:
    """Return a row for each persona that feels something."""
    hits: defaultdict[tuple[int, int], list[Hit]] = defaultdict(list)
    for hit in found.hits:
        hits[hit.target].append(hit)
    personas = {hit.persona.pk: hit.persona for hit in found.felt}
    return with_worst(
        HeatRow(persona, [_cell(found, hits, persona, column) for column in columns])
        for persona in sorted(personas.values(), key=lambda one: (one.order, one.pk))
    )


def with_worst(rows: Iterable[HeatRow]) -> list[HeatRow]:
    """Mark the cells with the heaviest gaps; those of a few people are none of them."""
    rows = list(rows)
    gaps = [cell for row in rows for cell in row.cells if cell.gap_people >= FEW]
    worst = {id(cell) for cell in sorted(gaps, key=lambda one: -one.weight)[:MOST_WORST]}
    return [
        HeatRow(row.persona, [replace(cell, is_worst=id(cell) in worst) for cell in row.cells])
        for row in rows
    ]


def _cell(
    found: Impacts,
    hits: dict[tuple[int, int], list[Hit]],
    persona: Persona,
    column: Column,
) -> HeatCell:
    own = [hit for site in column.sites for hit in hits.get((persona.pk, site), [])]
    felt = [hit for hit in own if found.is_felt(hit)]
    gaps = [hit for hit in own if hit.is_gap]
    return HeatCell(
        column=column,
        severity=max((hit.impact.severity for hit in felt), default=0),
        people=found.heads_of(own),
        gap_people=found.heads_of(gaps),
        gap_severity=max((hit.impact.severity for hit in gaps), default=0),
        actions=len({answer.key for hit in felt for answer in hit.answers}),
    )


def gaps_in(found: Impacts) -> list[Gap]:
    """Return the gaps by persona and site, first where people times severity is the most.

    Those of a few people come after all others.
    """
    together: defaultdict[tuple[int, int], list[Hit]] = defaultdict(list)
    for hit in found.hits:
        if hit.is_gap:
            together[hit.target].append(hit)
    gaps = [
        Gap(
            persona=hits[0].persona,
            site=hits[0].place.site,
            people=found.heads_of(hits),
            impacts=[hit.impact for hit in hits if found.is_felt(hit)],
            drafts=list({draft.key: draft for hit in hits for draft in hit.drafts}.values()),
            elsewhere=_answers_to(found, {hit.impact.pk for hit in hits}),
        )
        for hits in together.values()
        if found.heads_of(hits)
    ]
    return sorted(gaps, key=lambda g: (g.is_small, -g.weight, g.persona.name, g.site.name))


def _answers_to(found: Impacts, impacts: set[int]) -> list[ImpactAnswer]:
    return [one for one in found.answers if one.is_approved and one.impacts & impacts]


def filters_of(found: Impacts, wish: ImpactFilter) -> list[dict[str, Any]]:
    """Return the chips of the filters; region, site and persona only while one is chosen."""
    waves = {(place.wave.name, str(place.wave_id)): None for place in found.places}
    streams = sorted({(i.stream.name, str(i.stream_id)) for i in found.known if i.stream})
    used = {impact.dimension for impact in found.known}
    hard = sorted({impact.severity for impact in found.known}, reverse=True)
    groups: list[tuple[Any, str, Iterable[tuple[Any, Any]]]] = [
        (_("Wave"), "wave", waves),
        (_("Region"), "region", [o for o in _regions(found) if o[1] == wish.region]),
        (_("Site"), "site", [o for o in _sites(found) if o[1] == wish.site]),
        (_("Persona"), "persona", [o for o in _personas(found) if o[1] == wish.persona]),
        (_("Stream"), "stream", streams),
        (_("Dimension"), "dimension", [o for o in _dimensions() if o[1] in used]),
        (_("Severity"), "severity", [(Severity(n).label, n) for n in hard]),
        (_("Show"), "gaps", [(_("Gaps only"), ONLY_GAPS)] if found.known else []),
    ]
    return [
        {"label": label, "name": name, "choices": list(_choices(pairs))}
        for label, name, pairs in groups
        if pairs
    ]


def _choices(pairs: Iterable[tuple[Any, Any]]) -> Iterator[dict[str, Any]]:
    for label, value in pairs:
        yield {"label": label, "value": value, "count": None}


def _dimensions() -> list[tuple[Any, str]]:
    return [(label, key) for key, label in Impact.Dimension.choices]


def _regions(found: Impacts) -> list[tuple[str, str]]:
    return sorted({(place.site.region.name, place.site.region.slug) for place in found.places})


def _sites(found: Impacts) -> list[tuple[str, str]]:
    return [(place.site.name, str(place.site_id)) for place in found.places]


def _personas(found: Impacts) -> list[tuple[str, str]]:
    named = {p.pk: p for impact in found.known for p in impact.personas.all()}
    return [(persona.name, persona.slug) for persona in named.values()]
