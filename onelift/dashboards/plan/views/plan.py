"""The plan: what happens in each region, week by week."""

from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from communications.dispatches.queries.load import LIMIT
from communications.dispatches.queries.weeks import ZOOMS, monday_of, name_of, weeks_of
from onelift.dashboards.plan.queries.activities import Activity
from onelift.dashboards.plan.queries.plan import PlanBoard, PlanFilter, plan_board
from onelift.dashboards.plan.queries.plan_title import plan_finding
from onelift.dashboards.plan.queries.timeline import lanes_of
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
    context = {
        "board": board,
        "title": plan_finding(board),
        "view": "list" if query.get("view") == "list" else "timeline",
        "is_filtered": any(vars(wish).values()),
        "clear_url": changed_query(query, **dict.fromkeys(FILTERS)),
        "place_query": _place_query(wish),
        "page": page,
        "by_week": _by_week(page, board),
        "zooms": [zoom for zoom in ZOOMS if zoom > 1],
        "limit": LIMIT,
        "own_regions": [] if request.scope.is_everywhere else _own_regions(request),
        **_ways(request, board),
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


def _own_regions(request: ScopedRequest) -> list[str]:
    return [region.name for region in Region.objects.within(request.scope)]


def _ways(request: ScopedRequest, board: PlanBoard) -> dict[str, Any]:
    """Return the drawn lanes, and where a week’s contacts and its people are listed."""
    slug = request.programme.slug
    may, here = request.scope.may, reverse("dashboards:plan-show", args=[slug])
    people_url = reverse("dashboards:people-list", args=[slug]) if may("people.count") else ""

    def page_of(activity: Activity) -> str:
        if activity.kind == "message":
            args = [slug, activity.pk]
            return reverse("communications:message-show", args=args) if may("message.read") else ""
        if activity.kind == "survey":
            args = [slug, activity.pk]
            return reverse("feedback:results-show", args=args) if may("results.read") else ""
        if activity.kind == "event":
            return reverse("events:event-show", args=[slug, activity.pk])
        return f"{reverse('dashboards:setup', args=[slug])}?open={activity.pk}#wave-{activity.pk}"

    def week_url(region: str, week: str) -> str:
        return f"{here}?view=list&region={region}&from={week}&weeks=1"

    def region_url(region: str) -> str:
        return f"{people_url}?region={region}" if people_url else ""

    overloads = [
        {"over": over, "url": week_url(over.region.slug, name_of(over.week))}
        for over in board.overloads
    ]
    lanes = lanes_of(board.lanes, page_of, week_url, region_url, may_move=may("message.write"))
    return {"lanes": lanes, "overloads": overloads, "people_url": people_url}
