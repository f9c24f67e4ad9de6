"""The lanes of the plan as the chart draws them, with a sentence for each mark."""

from collections.abc import Callable, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.dispatches.queries.load import LIMIT, Load
from communications.dispatches.queries.weeks import monday_of, name_of
from onelift.dashboards.plan.queries.activities import Activity
from onelift.dashboards.plan.queries.plan import LEVELS, RegionLane
from onelift.dashboards.plan.queries.regional_rest import Rest
from programmes.design import formats
from programmes.design.charts.reach import people_text
from programmes.design.charts.timeline import Band, Mark, PlanLane, Strip
from programmes.design.marks import STATUSES

ROWS = {
    "message": "message",
    "survey": "survey",
    "go_live": "date",
    "hand_over": "date",
    "event": "event",
}
SETTLED = ("approved", "sending", "sent", "live", "run", "planned")

# From an activity, or a region's address and a week, to the page that shows it; may be empty.
PageOf = Callable[[Activity], str]
WeekUrl = Callable[[str, str], str]
RegionUrl = Callable[[str], str]


def lanes_of(
    lanes: Sequence[RegionLane],
    page_of: PageOf,
    week_url: WeekUrl,
    region_url: RegionUrl,
    *,
    may_move: bool,
) -> list[PlanLane]:
    """Return the lanes; what is due on several days of a week in a region is drawn once there.

    Arrow keys move messages where ``may_move``.
    """
    return [
        PlanLane(
            name=lane.region.name,
            detail=", ".join(wave.name for wave in lane.waves),
            people=people_text(lane.people),
            marks=[mark_of(one, page_of(one), may_move) for one in _once_a_week(lane.activities)],
            loads={
                week: strip_of(lane, week, load, week_url(lane.region.slug, name_of(week)))
                for week, load in lane.loads.items()
            },
            url=region_url(lane.region.slug),
            bands=[band_of(rest) for rest in lane.rests],
        )
        for lane in lanes
    ]


def band_of(rest: Rest) -> Band:
    """Return the days of a rest as they are drawn."""
    days = formats.day(rest.first)
    if rest.last != rest.first:
        days = _("%(first)s to %(last)s") % {"first": days, "last": formats.day(rest.last)}
    return Band(rest.first, rest.last, f"{', '.join(rest.names)}, {days}")


def _once_a_week(activities: Sequence[Activity]) -> list[Activity]:
    first: dict[tuple[str, int | str, date], Activity] = {}
    for one in activities:
        first.setdefault((one.kind, one.pk, monday_of(one.on)), one)
    return list(first.values())


def mark_of(activity: Activity, url: str, may_move: bool) -> Mark:
    """Return an activity as a mark."""
    level = str(LEVELS.get(activity.level, ""))
    return Mark(
        on=activity.on,
        row=ROWS[activity.kind],
        label=label_of(activity),
        letter=level[:1],
        status=activity.state,
        is_settled=activity.state in SETTLED and not _opens(activity),
        words=sentence_of(activity, level),
        url=url,
        moves=url if may_move and activity.kind == "message" else "",
    )


def _opens(activity: Activity) -> bool:
    """Tell whether it is a date that has not come: drawn as an open flag."""
    return ROWS[activity.kind] == "date" and not activity.is_past and activity.state == "planned"


def label_of(activity: Activity) -> str:
    """Return what stands beside a mark: dates say what they are, the rest its title."""
    words = {"go_live": _("Go-live"), "hand_over": _("Hand-over")}
    return words.get(activity.kind, activity.title)


def sentence_of(activity: Activity, level: str) -> str:
    """Return all that is known of an activity, its parts after each other."""
    parts = [
        activity.title,
        level,
        formats.day(activity.on),
        str(STATUSES[activity.state].word),
        activity.reason,
    ]
    return ", ".join(part for part in parts if part)


def strip_of(lane: RegionLane, week: date, load: Load, url: str) -> Strip:
    words = ngettext(
        "%(region)s, week %(week)s: %(n)d contact a person, the limit is %(limit)d",
        "%(region)s, week %(week)s: up to %(n)d contacts a person, the limit is %(limit)d",
        load.contacts,
    )
    named = {"region": lane.region.name, "week": week.isocalendar().week, "limit": LIMIT}
    return Strip(load.contacts, words % {**named, "n": load.contacts}, load.is_over, url)
