"""The lanes of the plan as the chart draws them, with a sentence for each mark."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.dispatches.queries.load import LIMIT, Load
from communications.dispatches.queries.weeks import monday_of, name_of
from onelift.dashboards.plan.queries.activities import Activity
from onelift.dashboards.plan.queries.plan import LEVELS, PlanBoard, RegionLane
from onelift.dashboards.plan.queries.regional_rest import Rest
from programmes.design import formats
from programmes.design.charts.lanes import Band, Mark, PlanLane, Strip
from programmes.design.charts.reach import people_text
from programmes.design.marks import STATUSES
from programmes.models import Milestone

ROWS = {
    "message": "message",
    "survey": "survey",
    "go_live": "date",
    "hand_over": "date",
    "event": "event",
}
SETTLED = ("approved", "sending", "sent", "live", "run", "planned", "not_started", "on_track")

# Regions that a line names; of more it says how many.
MOST_NAMED = 2
# A state after which nothing of it happens any more.
ENDED = ("cancelled", "refused", "withdrawn")
# States in which keys do not move a message, and the reason that the page has in words.
STAYS = {
    "sent": "sent",
    "sending": "sent",
    "approved": "approved",
    "waiting": "waiting",
    "cancelled": "over",
}


@dataclass(frozen=True)
class Ways:
    """Where the drawing leads, and what its reader may move.

    Attributes:
        page_of: from an activity to its page; may return nothing.
        week_url: from a region's address and a week to the contacts of that week.
        region_url: from a region's address to its people; may return nothing.
        milestone_url: from a milestone to the page of its stream.
        may_move: whether keys and the pointer move messages.
        may_date: whether they choose a day for go-lives.

    """

    page_of: Callable[[Activity], str]
    week_url: Callable[[str, str], str]
    region_url: Callable[[str], str]
    milestone_url: Callable[[Milestone], str]
    may_move: bool = False
    may_date: bool = False


def drawn_lanes(board: PlanBoard, ways: Ways) -> list[PlanLane]:
    """Return the lanes of the regions, under one of the milestones where there are some."""
    regions = lanes_of(board.lanes, ways)
    if not board.milestones:
        return regions
    marks = [
        milestone_mark(each, each.due_on, board.today, ways.milestone_url(each))
        for each in board.milestones
        if each.due_on
    ]
    own = PlanLane(_("Milestones"), _("of the streams"), "", marks, {}, has_load=False)
    return [own, *regions]


def lanes_of(lanes: Sequence[RegionLane], ways: Ways) -> list[PlanLane]:
    """Return the lanes; what is due on several days of a week in a region is drawn once there."""
    return [
        PlanLane(
            name=lane.region.name,
            detail=formats.listed(wave.name for wave in lane.waves),
            people=people_text(lane.people),
            marks=[mark_of(one, ways) for one in _once_a_week(lane.activities)],
            loads={
                week: strip_of(week, load, ways.week_url(lane.region.slug, name_of(week)))
                for week, load in lane.loads.items()
            },
            url=ways.region_url(lane.region.slug),
            bands=[band_of(rest) for rest in lane.rests],
            silences=[silence_of(lane, silence) for silence in lane.silences],
            more_url=f"?view=list&region={lane.region.slug}",
        )
        for lane in lanes
    ]


def milestone_mark(milestone: Milestone, due_on: date, today: date, url: str) -> Mark:
    """Return a milestone of a stream at the day on which it is due."""
    late = milestone.days_late_on(today) > 0
    label = _("Late: %(name)s") % {"name": milestone.name} if late else milestone.name
    return Mark(
        on=due_on,
        row="milestone",
        label=label,
        letter="",
        ahead=len(label) - len(milestone.name),
        status="late" if late else "planned",
        is_settled=True,
        words=formats.comma().join([label, milestone.stream.name, _day(due_on)]),
        url=url,
    )


def band_of(rest: Rest) -> Band:
    """Return the days of a rest as they are drawn, with the first holidays of its names."""
    return Band(rest.first, rest.last, f"{rest.named}{formats.comma()}{_days(rest)}")


def silence_of(lane: RegionLane, silence: Rest) -> Band:
    """Return the weeks in which a region hears nothing as they are drawn."""
    words = _("%(region)s gets no messages: %(days)s")
    named = {"region": lane.region.name, "days": _days(silence)}
    return Band(silence.first, silence.last, words % named)


def _days(rest: Rest) -> str:
    days = _day(rest.first)
    if rest.last == rest.first:
        return days
    return _("%(first)s to %(last)s") % {"first": days, "last": _day(rest.last)}


def _day(on: date) -> str:
    """Return a day without its year, which stands above the drawing."""
    return f"{formats.weekday(on)} {formats.short_day(on)}"


def _once_a_week(activities: Sequence[Activity]) -> list[Activity]:
    first: dict[tuple[str, int | str, date], Activity] = {}
    for one in activities:
        first.setdefault((one.kind, one.pk, monday_of(one.on)), one)
    return list(first.values())


def mark_of(activity: Activity, ways: Ways) -> Mark:
    """Return an activity as a mark."""
    level, url = str(LEVELS.get(activity.level, "")), ways.page_of(activity)
    stays = _stays(activity) if ways.may_move and url else ""
    is_message = activity.kind == "message"
    return Mark(
        on=activity.on,
        row=ROWS[activity.kind],
        label=label_of(activity),
        letter=formats.letter_of(level, map(str, LEVELS.values())) if is_message else "",
        status=activity.state,
        is_settled=activity.state in SETTLED and not _opens(activity),
        words=sentence_of(activity, level),
        url=url,
        moves=bool(url) and ways.may_move and is_message and not stays,
        stays=stays,
        is_over=_is_over(activity),
        is_dated_by_keys=ways.may_date and _is_wave_to_come(activity),
    )


@dataclass(frozen=True)
class Line:
    """An activity as a line of a list."""

    on: date
    title: str
    state: str
    place: str
    url: str


def line_of(activity: Activity, ways: Ways) -> Line:
    """Return an activity as a line: where more than two regions are meant, how many."""
    regions = activity.regions
    place = formats.listed(region.name for region in regions)
    if len(regions) > MOST_NAMED:
        words = ngettext("%(n)d region", "%(n)d regions", len(regions))
        place = words % {"n": len(regions)}
    word = str(STATUSES[activity.state].word)
    return Line(activity.on, activity.title, word, place, ways.page_of(activity))


def _stays(activity: Activity) -> str:
    """Return why keys do not move it, if somebody may have expected that they do."""
    if activity.kind in ("survey", "event"):
        return STAYS.get(activity.state, activity.kind)
    return STAYS.get(activity.state, "") if activity.kind == "message" else ""


def _is_over(activity: Activity) -> bool:
    """Tell whether nothing of it is to come; what was not approved in time waits for somebody."""
    waits = activity.state in ("draft", "waiting", "sending")
    return activity.state in ENDED or (activity.is_past and not waits)


def _is_wave_to_come(activity: Activity) -> bool:
    """Tell whether it is the go-live of a whole wave that has not come."""
    is_to_come = activity.kind == "go_live" and not activity.is_past
    return is_to_come and any(wave.go_live_on == activity.on for wave in activity.waves)


def _opens(activity: Activity) -> bool:
    """Tell whether it is a date that has not come: drawn as an open flag."""
    waits = activity.state in ("planned", "not_started", "on_track")
    return ROWS[activity.kind] == "date" and not activity.is_past and waits


def label_of(activity: Activity) -> str:
    """Return what stands beside a mark: dates say what they are, the rest its title."""
    words = {"go_live": _("Go-live"), "hand_over": _("Hand-over")}
    return words.get(activity.kind, activity.title)


def sentence_of(activity: Activity, level: str) -> str:
    """Return what is known of an activity, its parts after each other.

    What else there is to know of a wave, or of what is settled, is left to the page it opens.
    """
    is_open = activity.kind != "go_live" and activity.state not in SETTLED
    word, why = str(STATUSES[activity.state].word), activity.reason if is_open else ""
    parts = [activity.title, level, _day(activity.on), word, why]
    return formats.comma().join(part for part in parts if part)


def strip_of(week: date, load: Load, url: str) -> Strip:
    """Return the load of a week as it is drawn, with the limit where it matters."""
    words = ngettext(
        "Week %(week)d: %(n)d contact per person",
        "Week %(week)d: up to %(n)d contacts per person",
        load.contacts,
    )
    if load.is_full or load.is_over:
        words = _("Week %(week)d: up to %(n)d contacts per person, the limit is %(limit)d")
    named = {"week": week.isocalendar().week, "limit": LIMIT, "n": load.contacts}
    return Strip(load.contacts, words % named, load.is_over, url, load.is_full)
