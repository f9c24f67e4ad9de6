"""Where each wave stands on its way to Run, judged by rules, each with its reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.dispatches.queries.reach import Reach
from feedback.queries.results import Satisfaction
from onelift.dashboards.plan.queries.moments import NamedSlot
from programmes.design import formats
from programmes.design.charts.routemap import Lane, Stop
from programmes.models import Wave, WaveSite
from programmes.timing import rest_on
from stakeholders.audiences.queries.crowd import Crowd

NEAR = timedelta(weeks=4)
LONGEST_DETAIL = 24


@dataclass(frozen=True)
class WaveLine:
    """A wave with what its lane is judged by.

    ``live_on`` is the earliest date of its sites; the figures are within the reader's scope.
    """

    wave: Wave
    places: Sequence[WaveSite]
    planned: Sequence[NamedSlot]
    people: int
    satisfaction: Satisfaction | None
    reach: Reach

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
    reach: Mapping[int, Reach],
) -> list[WaveLine]:
    """Zip what the floors know of each wave, without a query."""
    places, planned = list(places), list(planned)
    lines = []
    for wave in waves:
        own = [place for place in places if place.wave_id == wave.pk]
        due = [each for each in planned if each.wave_site.wave_id == wave.pk]
        sites = [place.site_id for place in own]
        reached = sum((reach[site] for site in sites if site in reach), Reach())
        found = satisfaction.get(wave.pk)
        lines.append(WaveLine(wave, own, due, crowd.at(sites), found, reached))
    return lines


def judged(line: WaveLine, today: date, goal_percent: int) -> tuple[str, str]:
    """Return the status of a wave, a key of ``marks.STATUSES``, and its reason in words."""
    state = line.state_on(today)
    if state == "run":
        handed_over_on = line.wave.handed_over_on or today
        return "run", _("Handed over to Run on %(day)s") % {
            "day": formats.short_day(handed_over_on)
        }
    if state == "live":
        return _judged_live(line, goal_percent)
    return judged_planned(line, today)


def _judged_live(line: WaveLine, goal_percent: int) -> tuple[str, str]:
    found = line.satisfaction
    if found is None:
        return "live", _("No answers shown yet")
    words = {"share": formats.percent(found.share), "goal": formats.percent(goal_percent / 100)}
    if 100 * found.interval[1] < goal_percent:
        return "risk", _("%(share)s satisfied, goal %(goal)s") % words
    return "live", _("%(share)s satisfied") % words


def judged_planned(line: WaveLine, today: date) -> tuple[str, str]:
    """Return the status of a wave that is not live yet, and its reason in words."""
    rests = sum(1 for place in line.places if _rests(place))
    if rests:
        words = ngettext(
            "%(n)d site goes live on a day of rest", "%(n)d sites go live on a day of rest", rests
        )
        return "risk", words % {"n": rests}
    is_near = line.live_on - today <= NEAR
    if is_near and not any(each.plan.state == "approved" for each in line.planned):
        return "risk", _("No message is approved yet")
    ready = len({each.plan.message.pk for each in line.planned if each.plan.state == "approved"})
    if not ready:
        return "planned", _("No message is approved yet")
    words = ngettext("%(n)d message approved", "%(n)d messages approved", ready)
    return "on", words % {"n": ready}


def _rests(place: WaveSite) -> bool:
    live_on: date = place.live_on
    return bool(rest_on(live_on, place.site))


def lane_of(line: WaveLine, today: date, goal_percent: int, people_url: str) -> Lane:
    """Return the lane of a wave in the route map."""
    status, reason = judged(line, today, goal_percent)
    return Lane(
        name=line.wave.name,
        detail=_detail(line.regions),
        people=line.people,
        status=status,
        stops=stops_of(line),
        remark=reason,
        warned_on=line.live_on if status == "risk" and line.live_on > today else None,
        url=f"{people_url}?wave={line.wave.pk}",
        reached=line.reach.share,
        possible=line.reach.possible_share,
    )


def _detail(regions: Sequence[str]) -> str:
    names = ", ".join(regions)
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
