"""Where each wave stands on its way to Run, with its state and its dates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.queries.results import Satisfaction
from onelift.dashboards.coverage.queries.shares import Share
from onelift.dashboards.plan.queries.moments import NamedSlot
from onelift.dashboards.readiness.queries.board import WaveState
from programmes.design.charts.routemap import Lane, Stop
from programmes.design.formats import listed
from programmes.models import Wave, WaveSite
from stakeholders.audiences.queries.crowd import Crowd

# States whose shape is drawn at the go-live that they threaten.
WARNED = ("at_risk", "off_track")
LONGEST_DETAIL = 24


@dataclass(frozen=True)
class WaveLine:
    """A wave with what its lane shows.

    ``live_on`` is the earliest date of its sites; the figures are within the reader's scope.
    """

    wave: Wave
    places: Sequence[WaveSite]
    planned: Sequence[NamedSlot]
    people: int
    satisfaction: Satisfaction | None
    informed: Share

    @property
    def live_on(self) -> date:
        """Return the first go-live among its sites in view."""
        own = [place.live_on for place in self.places]
        return min(own, default=self.wave.go_live_on)

    @property
    def regions(self) -> list[str]:
        return sorted({place.site.region.name for place in self.places})

    def state_on(self, today: date) -> str:
        """Return ``run``, ``live`` from the first go-live on, or ``planned``."""
        state = self.wave.state_on(today)
        return "live" if state == "planned" and self.live_on <= today else state


def wave_lines(
    waves: Iterable[Wave],
    places: Iterable[WaveSite],
    planned: Iterable[NamedSlot],
    crowd: Crowd,
    satisfaction: Mapping[int, Satisfaction],
    shares: Mapping[int, Share],
) -> list[WaveLine]:
    """Zip what the floors know of each wave, without a query."""
    places, planned = list(places), list(planned)
    lines = []
    for wave in waves:
        own = [place for place in places if place.wave_id == wave.pk]
        due = [each for each in planned if each.wave_site.wave_id == wave.pk]
        sites = [place.site_id for place in own]
        informed = sum((shares[site] for site in sites if site in shares), Share())
        found = satisfaction.get(wave.pk)
        lines.append(WaveLine(wave, own, due, crowd.at(sites), found, informed))
    return lines


def lane_of(line: WaveLine, state: WaveState, today: date, people_url: str) -> Lane:
    """Return the lane of a wave in the route map."""
    status, reason = state.found.state, state.found.reason
    return Lane(
        name=line.wave.name,
        detail=_detail(line.regions),
        people=line.people,
        status=status,
        stops=stops_of(line),
        remark=reason,
        warned_on=line.live_on if status in WARNED and line.live_on > today else None,
        url=people_url and f"{people_url}?wave={line.wave.pk}",
        wave_url=state.url,
        reached=line.informed.share,
        possible=line.informed.possible_share,
    )


def _detail(regions: Sequence[str]) -> str:
    names = listed(regions)
    if len(regions) < 2 or len(names) <= LONGEST_DETAIL:
        return names
    return ngettext("%(n)d region", "%(n)d regions", len(regions)) % {"n": len(regions)}


def stops_of(line: WaveLine) -> list[Stop]:
    """Return the known dates of a wave: the first mail, the go-live, the first pulse, Run."""
    mails = [each.on for each in line.planned if not each.plan.is_survey]
    pulses = [each.on for each in line.planned if each.plan.is_survey]
    stops = [Stop(line.wave.go_live_on, _("go-live"), is_go_live=True)]
    if mails and min(mails) < line.wave.go_live_on:
        stops.append(Stop(min(mails), _("announce")))
    if pulses:
        stops.append(Stop(min(pulses), _("pulse")))
    if line.wave.handed_over_on:
        stops.append(Stop(line.wave.handed_over_on, _("Run")))
    return sorted(stops, key=lambda stop: stop.on)
