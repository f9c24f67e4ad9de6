"""The first page of the CIO and the programme manager."""

from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from communications.approvals.queries.approval import done_lines
from onelift.dashboards.overview.queries.finding import finding
from onelift.dashboards.overview.queries.overview import Overview, overview_of
from onelift.dashboards.overview.queries.rows import dot_row, region_rows
from onelift.dashboards.overview.queries.wave_lines import lane_of
from onelift.dashboards.people.queries.streams import stream_lines
from onelift.start.progress import progress_of, unfinished
from onelift.start.views import start_page
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from stakeholders.models import User

MOST_MOMENTS = 6


@require_GET
@requires("overview.read")
def overview(request: ScopedRequest) -> HttpResponse:
    """Show where the programme stands and what waits for a decision."""
    now, user = database_now(), cast(User, request.user)
    board = overview_of(request.programme, request.scope, user, now)
    if not board.lines:
        return start_page(request, progress_of(request.programme, request.scope))
    context = {
        "board": board,
        "unfinished": unfinished(request.programme, request.scope),
        "now": now,
        "today": board.today,
        "title": _title(request, board, len(board.decisions)),
        "decisions": board.decisions,
        "just_decided": done_lines(request.programme, user, now),
        "programme": request.programme,
        "interruption": board.interruption,
        "moments": board.moments[:MOST_MOMENTS],
        "streams": stream_lines(request.scope, board.today),
        **_charts(request, board),
    }
    return render(request, "dashboards/overview.html", context)


def _title(request: ScopedRequest, board: Overview, waiting: int) -> str:
    return finding(
        board.lines,
        waiting,
        board.today,
        is_yours=request.scope.may("approval.decide"),
        held=_held_back(board),
    )


def _held_back(board: Overview) -> int | None:
    """Return how many mails wait for the mail server; None if it works."""
    found = board.interruption
    return found.waiting if found and not found.is_held else None


def _charts(request: ScopedRequest, board: Overview) -> dict[str, Any]:
    slug = request.programme.slug
    people_url, today = reverse("dashboards:people-list", args=[slug]), board.today
    goal_percent = board.asked.goal_percent
    results_url = answers_url(slug, board.asked.survey)
    asked = [line for line in board.lines if line.state_on(today) != "planned"]
    return {
        "lanes": [lane_of(line, today, goal_percent, people_url) for line in board.lines],
        "reach_rows": region_rows(board.regions, people_url),
        "dots": [dot_row(w.wave.name, w.satisfaction, w.people, results_url) for w in asked],
        "goal": goal_percent / 100,
        "answers_url": results_url,
        "people_url": people_url,
    }


def answers_url(slug: str, survey: int | None) -> str:
    """Return the only survey's results, or the list in which each survey has its own."""
    if survey is None:
        return reverse("feedback:survey-list", args=[slug])
    return reverse("feedback:results-show", args=[slug, survey])
