"""The figures of gaps, for boards of waves and objectives."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from onelift.dashboards.impacts.queries.answered import Hit
from onelift.dashboards.impacts.queries.impacts import ImpactFilter, Impacts, impacts_of
from programmes.models import Programme
from programmes.scope import Scope


@dataclass(frozen=True)
class GapFigure:
    """How many gaps there are, by persona and site, and how many people are in them, each once."""

    gaps: int = 0
    people: int = 0


@dataclass(frozen=True)
class GapsClosed:
    """Of the impacts that are high and felt by somebody, how many are no gap anywhere."""

    closed: int
    impacts: int

    @property
    def percent(self) -> float | None:
        """Return the share from 0 to 100, None where nothing is high."""
        return 100 * self.closed / self.impacts if self.impacts else None


def all_impacts(programme: Programme, scope: Scope, today: date) -> Impacts:
    """Return all impacts in view; figures of one page are counted from the same."""
    return impacts_of(programme, scope, ImpactFilter(), today)


def gap_figure(found: Impacts) -> GapFigure:
    """Return the gaps in view."""
    return _figure(found, [hit for hit in found.hits if hit.is_gap])


def gaps_by_wave(found: Impacts) -> dict[int, GapFigure]:
    """Return the gaps by the id of the wave; a wave without a gap is not there."""
    groups: defaultdict[int, list[Hit]] = defaultdict(list)
    for hit in found.hits:
        if hit.is_gap:
            groups[hit.place.wave_id].append(hit)
    figures = {wave: _figure(found, hits) for wave, hits in groups.items()}
    return {wave: figure for wave, figure in figures.items() if figure.people}


def gaps_closed(found: Impacts) -> GapsClosed:
    """Return how many high impacts are answered, accepted, over or in Run wherever felt."""
    high = {hit.impact.pk for hit in found.felt if hit.impact.is_high}
    return GapsClosed(len(high - {hit.impact.pk for hit in found.gaps}), len(high))


def _figure(found: Impacts, hits: list[Hit]) -> GapFigure:
    felt = {hit.target for hit in hits if found.is_felt(hit)}
    return GapFigure(len(felt), found.heads_of(hits))
