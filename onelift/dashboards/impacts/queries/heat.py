"""The heat map of impacts, its gaps, and impacts as a list: what the pages show of ``impacts``."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from onelift.dashboards.impacts.queries.impacts import (
    ONLY_GAPS,
    Hit,
    ImpactFilter,
    Impacts,
    with_sites,
)
from programmes.models import Site
from stakeholders.audiences.queries.answer import ImpactAnswer
from stakeholders.models import Impact, Persona, Severity


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
    """What hits a persona in a column: the hardest impact, and how many feel something."""

    column: Column
    severity: int
    people: int
    gap_people: int
    actions: int

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

    ``elsewhere`` are the actions that answer the same impacts at other sites.
    """

    persona: Persona
    site: Site
    people: int
    impacts: list[Impact]
    elsewhere: list[ImpactAnswer]

    @property
    def severity(self) -> int:
        """Return that of the hardest impact."""
        return max(impact.severity for impact in self.impacts)

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
    for hit in found.felt:
        hits[hit.whom].append(hit)
    personas = {hit.persona.pk: hit.persona for hit in found.felt}
    return [
        HeatRow(persona, [_cell(found, hits, persona, column) for column in columns])
        for persona in sorted(personas.values(), key=lambda one: (one.order, one.pk))
    ]


def _cell(
    found: Impacts,
    hits: dict[tuple[int, int], list[Hit]],
    persona: Persona,
    column: Column,
) -> HeatCell:
    there = {(persona.pk, site): hits.get((persona.pk, site), []) for site in column.sites}
    own = [hit for each in there.values() for hit in each]
    return HeatCell(
        column=column,
        severity=max((hit.impact.severity for hit in own), default=0),
        people=sum(found.people[whom] for whom, each in there.items() if each),
        gap_people=sum(
            found.people[whom] for whom, each in there.items() if any(hit.is_gap for hit in each)
        ),
        actions=len({answer.pk for hit in own for answer in hit.answers}),
    )


def gaps_in(found: Impacts) -> list[Gap]:
    """Return the gaps by persona and site, the hardest and largest first."""
    together: defaultdict[tuple[int, int], list[Hit]] = defaultdict(list)
    for hit in found.gaps:
        together[hit.whom].append(hit)
    gaps = [
        Gap(
            persona=hits[0].persona,
            site=hits[0].place.site,
            people=found.people[whom],
            impacts=[hit.impact for hit in hits],
            elsewhere=_answers_to(found, {hit.impact.pk for hit in hits}),
        )
        for whom, hits in together.items()
    ]
    return sorted(gaps, key=lambda g: (-g.severity, -g.people, g.persona.name, g.site.name))


def _answers_to(found: Impacts, impacts: set[int]) -> list[ImpactAnswer]:
    return [answer for answer in found.answers if answer.impacts & impacts]


@dataclass(frozen=True)
class ImpactRow:
    """An impact as far as it is felt in view; ``sites`` are those that it names."""

    impact: Impact
    people: int
    gap_people: int
    answers: list[ImpactAnswer]
    sites: list[Site]


def rows_of(found: Impacts, wish: ImpactFilter) -> list[ImpactRow]:
    """Return the impacts as wished, the hardest first; also those that nobody feels yet.

    Those come in only where nothing is asked of the people: they are in no number.
    """
    shown = {hit.impact.pk: hit.impact for hit in found.felt}
    if not wish.is_of_people:
        shown |= {impact.pk: impact for impact in found.known if wish.wants(impact)}
    rows = [row_of(found, impact) for impact in shown.values()]
    return sorted(rows, key=lambda row: (-row.impact.severity, -row.people, row.impact.name))


def row_of(found: Impacts, impact: Impact) -> ImpactRow:
    """Return one impact with its people and what answers it where it is felt."""
    own = [hit for hit in found.felt if hit.impact.pk == impact.pk]
    answers = {answer.pk: answer for hit in own for answer in hit.answers}
    return ImpactRow(
        impact=impact,
        people=found.heads(lambda hit: hit.impact.pk == impact.pk),
        gap_people=found.heads(lambda hit: hit.impact.pk == impact.pk and hit.is_gap),
        answers=list(answers.values()),
        sites=with_sites(found, impact),
    )


def filters_of(found: Impacts, wish: ImpactFilter) -> list[dict[str, Any]]:
    """Return the chips of the filters; persona and site only while one is chosen."""
    waves = {(place.wave.name, str(place.wave_id)): None for place in found.places}
    streams = sorted({(i.stream.name, str(i.stream_id)) for i in found.known if i.stream})
    used = {impact.dimension for impact in found.known}
    hard = sorted({impact.severity for impact in found.known}, reverse=True)
    groups: list[tuple[Any, str, Iterable[tuple[Any, Any]]]] = [
        (_("Wave"), "wave", waves),
        (_("Site"), "site", [o for o in _sites(found) if o[1] == wish.site]),
        (_("Persona"), "persona", [o for o in _personas(found) if o[1] == wish.persona]),
        (_("Stream"), "stream", streams),
        (_("Dimension"), "dimension", [o for o in _dimensions() if o[1] in used]),
        (_("Severity"), "severity", [(Severity(n).label, n) for n in hard]),
        (_("Show"), "gaps", [(_("Only gaps"), ONLY_GAPS)] if found.known else []),
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


def _sites(found: Impacts) -> list[tuple[str, str]]:
    return [(place.site.name, str(place.site_id)) for place in found.places]


def _personas(found: Impacts) -> list[tuple[str, str]]:
    named = {p.pk: p for impact in found.known for p in impact.personas.all()}
    return [(persona.name, persona.slug) for persona in named.values()]


def headings() -> list[str]:
    """Return the headings of impacts as a file; see ``cells_of``."""
    return [
        _("What changes"),
        _("Dimension"),
        _("Severity"),
        _("Today"),
        _("From go-live on"),
        _("What it is good for"),
        _("Stream"),
        _("Personas"),
        _("Sites"),
        _("People"),
        _("People whom nothing helps"),
        _("Answered by"),
    ]


def cells_of(rows: Iterable[ImpactRow]) -> Iterator[list[str]]:
    """Yield impacts row by row; no site stands for everywhere."""
    for row in rows:
        impact = row.impact
        yield [
            impact.name,
            str(impact.get_dimension_display()),
            str(impact.get_severity_display()),
            impact.before,
            impact.after,
            impact.benefit,
            str(impact.stream or ""),
            ", ".join(persona.name for persona in impact.personas.all()),
            ", ".join(site.name for site in row.sites),
            str(row.people),
            str(row.gap_people),
            ", ".join(answer.title for answer in row.answers),
        ]
