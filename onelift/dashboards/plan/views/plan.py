"""The plan: what happens in each region, week by week."""

from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from communications.dispatches.queries.weeks import ZOOMS, monday_of, weeks_of
from onelift.dashboards.plan.queries.activities import Activity
from onelift.dashboards.plan.queries.plan import PlanBoard, PlanFilter, plan_board
from onelift.dashboards.plan.queries.plan_title import plan_finding, remarks_on
from onelift.dashboards.plan.queries.timeline import Ways, drawn_lanes, line_of
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.models import Region
from programmes.templatetags.addresses import changed_query

PER_PAGE = 50
FILTERS = ("wave", "region", "level", "kind", "state", "persona")


@require_GET
@requires("plan.read")
def plan(request: ScopedRequest) -> HttpResponse:
    """Show who hears what when, and where it is too much."""
    now, query = database_now(), request.GET
    weeks = weeks_of(query.get("from", ""), query.get("weeks", ""), now.date())
    wish = PlanFilter(**{name: query.get(name, "") for name in FILTERS})
    board = plan_board(request.programme, request.scope, wish, weeks, now)
    page = Paginator(board.chosen, PER_PAGE).get_page(query.get("page"))
    ways = _ways(request)
    context = {
        "board": board,
        "title": plan_finding(board),
        "view": "list" if query.get("view") == "list" or weeks.count == 1 else "timeline",
        "is_filtered": any(vars(wish).values()),
        "clear_url": changed_query(query, **dict.fromkeys(FILTERS)),
        "place_query": _place_query(wish),
        "page": page,
        "by_week": _by_week(page, board),
        "zooms": [zoom for zoom in ZOOMS if zoom > 1],
        "remarks": remarks_on(board),
        "own_regions": [] if request.scope.is_everywhere else _own_regions(request),
        "lanes": drawn_lanes(board, ways),
        "days": _days(board, ways),
        "people_url": _people_url(request),
    }
    return render(request, "dashboards/plan.html", context)


def _place_query(wish: PlanFilter) -> str:
    """Return what narrows a list of people as the page is narrowed."""
    return f"&region={wish.region}" * bool(wish.region) + f"&wave={wish.wave}" * bool(wish.wave)


def _by_week(page: Page[Activity], board: PlanBoard) -> list[dict[str, Any]]:
    weeks = groupby(page.object_list, key=lambda activity: monday_of(activity.on))
    return [
        {"monday": monday, "activities": list(own), "rests": board.rests_in(monday)}
        for monday, own in weeks
    ]


def _days(board: PlanBoard, ways: Ways) -> list[dict[str, Any]]:
    """Return what the timeline shows as lines by week, from this week on if there is any."""
    this_week = monday_of(board.today)
    to_come = [one for one in board.chosen if one.on >= this_week] or board.chosen
    return [
        {
            "monday": monday,
            "lines": [line_of(one, ways) for one in own],
            "rests": board.rests_in(monday),
        }
        for monday, own in groupby(to_come, key=lambda activity: monday_of(activity.on))
    ]


def _own_regions(request: ScopedRequest) -> list[str]:
    return [region.name for region in Region.objects.within(request.scope)]


def _page_of_wave(request: ScopedRequest, activity: Activity) -> str:
    """Return where a go-live leads: to its move, to what it rests on, or to its dates."""
    args, may = [request.programme.slug, activity.pk], request.scope.may
    if activity.kind == "go_live" and not activity.is_past and may("setup.write"):
        return reverse("dashboards:wave-move", args=args)
    if activity.kind == "go_live" and may("readiness.read"):
        return reverse("dashboards:readiness-show", args=args)
    setup = reverse("dashboards:setup", args=args[:1])
    return f"{setup}?open={activity.pk}#wave-{activity.pk}"


def _ways(request: ScopedRequest) -> Ways:
    """Return where the marks of the drawing lead, within what the reader may open and move."""
    may, people = request.scope.may, _beside(request, _people_url(request))
    return Ways(
        page_of=lambda activity: _beside(request, _page_of(request, activity)),
        week_url=lambda region, week: f"?region={region}&from={week}&weeks=1",
        region_url=lambda region: f"{people}?region={region}" if people else "",
        milestone_url=lambda one: _beside(
            request,
            reverse("dashboards:stream-show", args=[request.programme.slug, one.stream_id]),
        ),
        may_move=may("message.write"),
        may_date=may("setup.write"),
    )


def _beside(request: ScopedRequest, url: str) -> str:
    """Return an address of the programme as seen from the plan: it stands there a hundred times."""
    start = f"/p/{request.programme.slug}/"
    return f"../{url.removeprefix(start)}" if url.startswith(start) else url


def _page_of(request: ScopedRequest, activity: Activity) -> str:
    """Return the page of an activity; nothing where the reader may not open it."""
    may, args = request.scope.may, [request.programme.slug, activity.pk]
    if not activity.is_open:
        return ""
    if activity.kind == "message":
        return reverse("communications:message-show", args=args) if may("message.read") else ""
    if activity.kind == "survey":
        return reverse("feedback:results-show", args=args) if may("results.read") else ""
    if activity.kind == "event":
        return reverse("events:event-show", args=args)
    return _page_of_wave(request, activity)


def _people_url(request: ScopedRequest) -> str:
    if not request.scope.may("people.count"):
        return ""
    return reverse("dashboards:people-list", args=[request.programme.slug])
