"""The sentences on top of the plan: a title, the first that fits, and what to look at."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.dispatches.queries.load import LIMIT
from communications.dispatches.queries.weeks import name_of
from onelift.dashboards.plan.queries.plan import Overload, PlanBoard, RegionLane
from onelift.dashboards.plan.queries.regional_rest import Rest
from programmes.design import formats


@dataclass(frozen=True)
class Remark:
    """What is too much or too little in the plan, in words, and the query that shows it.

    ``is_silence``: whether somebody should write, in place of looking what is written.
    """

    words: str
    query: str
    is_silence: bool = False


def plan_finding(board: PlanBoard) -> str:
    """Return what the reader of the plan should know first."""
    if board.overloads:
        return _overload(max(board.overloads, key=lambda over: over.load.contacts))
    if late := len(board.late):
        words = ngettext(
            "%(n)d activity was not approved in time",
            "%(n)d activities were not approved in time",
            late,
        )
        return words % {"n": late}
    if board.silences:
        return _silence(*board.silences[0])
    if board.full_weeks:
        return _overload(board.full_weeks[0])
    upcoming = len(board.upcoming)
    words = ngettext("%(n)d activity to come", "%(n)d activities to come", upcoming)
    return words % {"n": upcoming} if upcoming else _("Nothing planned in these weeks")


def _overload(over: Overload) -> str:
    words = _("%(region)s gets %(n)d contacts in week %(week)d, the limit is %(limit)d")
    week = over.week.isocalendar().week
    named = {"region": over.region.name, "n": over.load.contacts, "limit": LIMIT}
    return words % {**named, "week": week}


def _silence(lane: RegionLane, silence: Rest) -> str:
    weeks = ((silence.last - silence.first).days + 1) // 7
    words = _("%(region)s gets no messages for %(n)d weeks around its go-live")
    return words % {"region": lane.region.name, "n": weeks}


def remarks_on(board: PlanBoard) -> list[Remark]:
    """Return what is too much in the weeks to come, then what is too little, the first first."""
    return [
        *(Remark(_people_over(over), _contacts_query(over)) for over in board.overloads),
        *(Remark(_silent_days(*each), "", is_silence=True) for each in board.silences),
    ]


def _people_over(over: Overload) -> str:
    words = ngettext(
        "%(people)s person in %(region)s gets %(n)d contacts in week %(week)d, the limit is "
        "%(limit)d.",
        "%(people)s people in %(region)s get up to %(n)d contacts in week %(week)d, the limit is "
        "%(limit)d.",
        over.load.people_over,
    )
    named = {"people": formats.number(over.load.people_over), "region": over.region.name}
    week = over.week.isocalendar().week
    return words % {**named, "n": over.load.contacts, "week": week, "limit": LIMIT}


def _contacts_query(over: Overload) -> str:
    return f"?region={over.region.slug}&from={name_of(over.week)}&weeks=1"


def _silent_days(lane: RegionLane, silence: Rest) -> str:
    words = _("%(region)s gets no messages from %(first)s to %(last)s, around its go-live.")
    first, last = formats.short_day(silence.first), formats.short_day(silence.last)
    return words % {"region": lane.region.name, "first": first, "last": last}
