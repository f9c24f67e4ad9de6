"""Impacts as a list and as cells of a file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from onelift.dashboards.impacts.queries.answered import Hit
from onelift.dashboards.impacts.queries.impacts import ImpactFilter, Impacts, with_sites
from programmes.models import Site
from programmes.scope import Scope
from stakeholders.audiences.queries.answer import ImpactAnswer
from stakeholders.models import Impact
from stakeholders.register.queries import impact_cells
from stakeholders.register.queries.impact_cells import worded

# What an export adds, in English and in French; an import passes over it.
ADDED = (
    ("People", "Personnes"),
    ("People not covered", "Personnes non couvertes"),
    ("Covered by", "Couvert par"),
)


@dataclass(frozen=True)
class ImpactRow:
    """An impact as far as it is felt in view.

    Attributes:
        people: how many feel it.
        gap_people: of these, how many must be told and are not.
        answers: what is approved and informs some of them.
        drafts: what is planned for some of them.
        sites: those in view that it names.
        begins_on: the first day on which it begins somewhere, of the sites that are not in Run.
        is_open: whether it is ahead or in hypercare somewhere.

    """

    impact: Impact
    people: int
    gap_people: int
    answers: list[ImpactAnswer]
    drafts: list[ImpactAnswer]
    sites: list[Site]
    begins_on: date | None
    is_open: bool


def rows_of(found: Impacts, wish: ImpactFilter) -> list[ImpactRow]:
    """Return the impacts as wished, the hardest first; also those that nobody feels yet.

    Those come in only where nothing is asked of the people: they are in no number. What is over
    or in Run everywhere comes last.
    """
    shown = {hit.impact.pk: hit.impact for hit in found.felt}
    if not wish.is_of_people:
        shown |= {impact.pk: impact for impact in found.known if wish.wants(impact)}
    rows = [row_of(found, impact) for impact in shown.values()]
    return sorted(rows, key=_order)


def _order(row: ImpactRow) -> tuple[bool, int, int, str]:
    return bool(row.people and not row.is_open), -row.impact.severity, -row.people, row.impact.name


def row_of(found: Impacts, impact: Impact) -> ImpactRow:
    """Return one impact with its people and what answers it where it is felt."""
    own = [hit for hit in found.felt if hit.impact.pk == impact.pk]
    days = [impact.begins_on(hit.place.live_on) for hit in own if hit.is_open]
    return ImpactRow(
        impact=impact,
        people=found.heads(lambda hit: hit.impact.pk == impact.pk),
        gap_people=found.heads(lambda hit: hit.impact.pk == impact.pk and hit.is_gap),
        answers=list({one.key: one for hit in own for one in hit.answers}.values()),
        drafts=list({one.key: one for hit in own for one in hit.drafts}.values()),
        sites=with_sites(found, impact),
        begins_on=min(days, default=None),
        is_open=any(hit.is_open for hit in own),
    )


def hits_in_order(found: Impacts) -> list[Hit]:
    """Return where impacts are felt: gaps first, sites in Run last, most people first."""
    return sorted(
        found.felt,
        key=lambda hit: (
            not hit.is_gap,
            not hit.is_open,
            -found.people[hit.target],
            hit.place.site.name,
        ),
    )


def headings() -> list[str]:
    """Return the headings of impacts as a file; see ``cells_of``."""
    return [*impact_cells.headings(), *map(worded, ADDED)]


def cells_of(rows: Iterable[ImpactRow], scope: Scope) -> Iterator[list[str]]:
    """Yield impacts row by row: what an import reads, and what is counted."""
    for row in rows:
        yield [
            *impact_cells.cells_of(row.impact, scope).values(),
            str(row.people),
            str(row.gap_people),
            ", ".join(answer.title for answer in row.answers),
        ]
