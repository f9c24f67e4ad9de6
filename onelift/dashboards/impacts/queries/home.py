"""The part of impacts on other pages: what waits for a stream, and what changes for one person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from onelift.dashboards.impacts.queries.answered import Hit, answers_in, hits_of
from onelift.dashboards.impacts.queries.figures import GapFigure, gap_figure
from onelift.dashboards.impacts.queries.impacts import ImpactFilter, impacts_of
from onelift.dashboards.impacts.queries.rows import ImpactRow, rows_of
from programmes.models import Programme, Stream, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.queries.people import is_in
from stakeholders.models import Impact, ImpactConfirmation, Person


@dataclass(frozen=True)
class StreamImpacts:
    """The impacts of a stream: how many, what its leader has not confirmed, and the gaps.

    ``touched`` is how many people they touch, ``begins_on`` when the first gap begins.
    """

    total: int
    unconfirmed: Sequence[ImpactRow]
    gaps: GapFigure
    touched: int
    begins_on: date | None


def stream_impacts(
    programme: Programme, scope: Scope, stream: Stream, today: date
) -> StreamImpacts:
    """Return them in a number of queries that is fixed."""
    wish = ImpactFilter(stream=str(stream.pk))
    found = impacts_of(programme, scope, wish, today)
    confirmed = _confirmed(impact for impact in found.known if wish.wants(impact))
    rows = rows_of(found, wish)
    return StreamImpacts(
        total=len(rows),
        unconfirmed=[row for row in rows if row.impact.pk not in confirmed],
        gaps=gap_figure(found),
        touched=found.heads(),
        begins_on=min((hit.begins_on for hit in found.gaps), default=None),
    )


def _confirmed(impacts: Iterable[Impact]) -> set[int]:
    """Return the ids of those that their stream has confirmed as they are now (one query)."""
    changed = {impact.pk: impact.changed_at for impact in impacts}
    said = ImpactConfirmation.objects.filter(Q(region=None), impact__in=changed)
    return {pk for pk, at in said.values_list("impact", "at") if at >= changed[pk]}


def hits_on(
    person: Person, place: WaveSite | None, programme: Programme, scope: Scope, today: date
) -> list[Hit]:
    """Return what changes for one person: gaps first, then what is ahead, and once an impact.

    In a number of queries that is fixed; ``place`` is the person's own site in its wave.
    """
    if place is None:
        return []
    found = Impact.objects.within(scope).present().with_whom()
    hits = hits_of(list(found), [place], answers_in(programme, scope), today)
    own = [hit for hit in hits if is_in(hit.persona.rule().in_lines(hit.lines), person)]
    # Who is in two personas of an impact is counted as a gap if either is, on the map as here.
    once = {hit.impact.pk: hit for hit in sorted(own, key=lambda hit: hit.is_gap)}
    return sorted(
        once.values(), key=lambda hit: (not hit.is_gap, not hit.is_open, -hit.impact.severity)
    )
