"""What boards know, as the rows that charts draw."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.models.survey import SMALLEST_GROUP
from feedback.queries.response import Response
from feedback.queries.results import Satisfaction
from onelift.dashboards.attention.queries.known import WaveAhead
from onelift.dashboards.coverage.queries.shares import Share
from onelift.dashboards.overview.queries.overview import Asked
from onelift.dashboards.overview.queries.wave_lines import WaveLine
from onelift.dashboards.people.queries.streams import StreamLine
from onelift.dashboards.readiness.queries.board import WaveState
from programmes.design import formats
from programmes.design.charts.curve import Curve, CurvePoint, Flag
from programmes.design.charts.dots import DotRow
from programmes.design.charts.reach import ReachRow
from programmes.models import Site, Verdict
from programmes.queries.judgement import ON
from stakeholders.register.models.impact import RUN


def wave_rows(
    lines: Iterable[WaveLine], states: Mapping[int, WaveState], today: date, people_url: str
) -> list[ReachRow]:
    """Return how many of each wave that is not in Run are informed, with the goal of today."""
    return [
        _wave_row(line, states[line.wave.pk], people_url and f"{people_url}?wave={line.wave.pk}")
        for line in lines
        if line.state_on(today) != RUN and line.people
    ]


def _wave_row(line: WaveLine, state: WaveState, url: str) -> ReachRow:
    row = informed_row(line.wave.name, line.informed, url)
    n = line.informed.uninformed
    words = ngettext("%(n)s is not informed", "%(n)s are not informed", n)
    remark = words % {"n": formats.number(n)} if n else ""
    return replace(row, goal=state.goal_of("informed"), remark=remark)


def informed_heading(rows: Iterable[ReachRow]) -> str:
    """Return the worst row that misses its goal as a finding, else the noun of the chart."""
    worst = min((row for row in rows if row.is_below), key=lambda row: row.reached, default=None)
    if worst is None:
        return _("Who is informed")
    share = formats.percent(1 - worst.reached)
    return _("%(wave)s: %(share)s are not informed") % {"wave": worst.label, "share": share}


def satisfied_heading(rows: Iterable[DotRow], goal: float) -> str:
    """Return the worst row that is clearly below its goal as a finding, else nothing."""
    below = (row for row in rows if row.is_shown and row.high < goal)
    worst = min(below, key=lambda row: row.share or 0.0, default=None)
    if worst is None:
        return ""
    values = {"group": worst.label, "share": formats.percent(worst.share or 0.0)}
    return _("%(group)s: %(share)s are satisfied") % values


def way_heading(waves: Iterable[WaveAhead], states: Mapping[int, WaveState]) -> str:
    """Return which waves are off track or else at risk, else the noun of the route map."""
    waves = list(waves)
    for verdict, words in _verdicts().items():
        names = [one.wave.name for one in waves if states[one.wave.pk].readiness.verdict == verdict]
        if names:
            return words(len(names)) % {"waves": formats.enumeration(names)}
    return _("Progress of each wave towards Run")


def _verdicts() -> dict[str, Callable[[int], str]]:
    return {
        Verdict.OFF_TRACK: lambda n: ngettext(
            "%(waves)s is off track", "%(waves)s are off track", n
        ),
        Verdict.AT_RISK: lambda n: ngettext("%(waves)s is at risk", "%(waves)s are at risk", n),
    }


def streams_heading(lines: Sequence[StreamLine], *, is_leader: bool) -> str:
    """Return how many streams are not on track; to a leader, only that they are the own ones."""
    n = len(lines)
    if is_leader:
        return ngettext("Your stream", "Your streams", n)
    off = sum(1 for line in lines if line.says.state != ON)
    if not off:
        return _("All streams are on track")
    words = ngettext(
        "%(n)s of %(all)s streams is not on track", "%(n)s of %(all)s streams are not on track", off
    )
    return words % {"n": off, "all": n}


def site_rows(
    sites: Iterable[Site], shares: Mapping[int, Share], people_url: str
) -> list[ReachRow]:
    """Return the shares of sites that have people, best first."""
    rows = [
        informed_row(site.both_names, shares[site.pk], f"{people_url}?site={site.pk}")
        for site in sites
        if site.pk in shares
    ]
    return sorted(rows, key=lambda row: (-row.reached, row.label))


def informed_row(label: str, share: Share, url: str) -> ReachRow:
    """Return how many of one group are informed, given the list of its people."""
    return ReachRow(
        label,
        share.people,
        share.share,
        share.possible_share,
        url=url,
        reached_url=url and f"{url}&informed=yes",
        reached_people=share.informed,
    )


def dot_row(
    label: str,
    found: Satisfaction | None,
    people: int,
    url: str,
    response: Response | None = None,
) -> DotRow:
    """Return the satisfaction of one group, or the sentence that says why it is hidden."""
    share = response.share if response else None
    if found is None:
        hidden = _("Fewer than %(k)d answers, not shown") % {"k": SMALLEST_GROUP}
        return DotRow(label, people=people, hidden=hidden, url=url, response=share)
    low, high = found.interval
    return DotRow(
        label=label,
        share=found.share,
        low=low,
        high=high,
        answers=found.answers,
        url=url,
        response=share,
    )


def curve_of(asked: Asked, lines: Iterable[WaveLine], today: date, url: str) -> Curve | None:
    """Return the satisfaction by week with the go-lives on its way, or None without a week."""
    if not asked.weeks:
        return None
    points = [
        CurvePoint(week.monday, found.share, *found.interval, found.answers, url)
        for week in asked.weeks
        for found in [week.satisfaction]
    ]
    flags = [Flag(line.live_on, line.wave.name) for line in lines if line.people]
    return Curve(points, flags, asked.goal_percent / 100, today)


def answers_url(slug: str, survey: int | None) -> str:
    """Return the only survey's results, or the list in which each survey has its own."""
    if survey is None:
        return reverse("feedback:survey-list", args=[slug])
    return reverse("feedback:results-show", args=[slug, survey])
