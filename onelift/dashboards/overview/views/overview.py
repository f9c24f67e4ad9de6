"""The first page of the CIO and the programme manager."""

from dataclasses import replace
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from communications.approvals.queries.approval import done_lines
from communications.approvals.services.gaps import last_reminder
from communications.dispatches.queries.ledger import hold_in
from onelift.dashboards.attention.queries.people import resisting_rows
from onelift.dashboards.attention.queries.registry import concerns_of
from onelift.dashboards.overview.queries.attention import known_of
from onelift.dashboards.overview.queries.away import colleagues_of
from onelift.dashboards.overview.queries.finding import good_finding
from onelift.dashboards.overview.queries.overview import Overview, overview_of
from onelift.dashboards.overview.queries.rows import (
    answers_url,
    curve_of,
    dot_row,
    informed_heading,
    satisfied_heading,
    streams_heading,
    wave_rows,
    way_heading,
)
from onelift.dashboards.overview.queries.wave_lines import lane_of
from onelift.dashboards.people.queries.streams import stream_lines
from onelift.start.progress import progress_of, unfinished
from onelift.start.views import start_page
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.models import Stream
from stakeholders.models import User

MOST_CONCERNS = MOST_DECISIONS = 5
# Decisions and moments share a column: the more of the ones, the fewer of the others.
MOST_MOMENTS, LEAST_MOMENTS = 8, 3


@require_GET
@requires("overview.read")
def overview(request: ScopedRequest) -> HttpResponse:
    """Show where the programme stands and what waits for a decision."""
    now, user = database_now(), cast(User, request.user)
    board = overview_of(request.programme, request.scope, user, now)
    if not board.lines:
        progress = progress_of(request.programme, request.scope)
        return start_page(request, progress, request.scope)
    known = known_of(request.programme, request.scope, board)
    known = replace(known, reminder=last_reminder(request.programme))
    concerns = concerns_of(known)
    streams = stream_lines(request.scope, board.today, _streams(request))
    context = {
        "board": board,
        "unfinished": unfinished(request.programme, request.scope),
        "as_of": board.as_of or now,
        "today": board.today,
        "title": concerns[0].words if concerns else good_finding(board.lines, board.today),
        "concerns": concerns[:MOST_CONCERNS],
        "further": concerns[MOST_CONCERNS:],
        "decisions": board.decisions[:MOST_DECISIONS],
        "colleagues": colleagues_of(request.programme, user),
        "just_decided": done_lines(request.programme, user, now),
        "programme": request.programme,
        "interruption": board.interruption,
        "hold": hold_in(board.interruption),
        "way_heading": way_heading(known.waves, board.states),
        "resisting": resisting_rows(board.resisting, request.scope)[:MOST_CONCERNS],
        "moments": board.moments[: max(LEAST_MOMENTS, MOST_MOMENTS - len(board.decisions))],
        "streams": streams,
        "streams_heading": streams_heading(streams, is_leader=bool(request.scope.led)),
        **_charts(request, board),
    }
    return render(request, "dashboards/overview.html", context)


def _streams(request: ScopedRequest) -> list[Stream] | None:
    """Return the streams that a leader is home in; None for all of them."""
    led = request.scope.led
    return list(Stream.objects.filter(pk__in=led)) if led else None


def _charts(request: ScopedRequest, board: Overview) -> dict[str, Any]:
    slug, may = request.programme.slug, request.scope.may
    people_url = reverse("dashboards:people-list", args=[slug]) if may("people.count") else ""
    today = board.today
    goal_percent = board.asked.goal_percent
    results_url = answers_url(slug, board.asked.survey)
    rows = wave_rows(board.lines, board.states, today, people_url)
    asked = [line for line in board.lines if line.state_on(today) != "planned"]
    responses = board.asked.responses
    dots = [
        dot_row(w.wave.name, w.satisfaction, w.people, results_url, responses.get(w.wave.pk))
        for w in asked
    ]
    return {
        "lanes": [
            lane_of(line, board.states[line.wave.pk], today, people_url) for line in board.lines
        ],
        "reach_rows": rows,
        "informed_heading": informed_heading(rows),
        "dots": dots,
        "satisfied_heading": satisfied_heading(dots, goal_percent / 100),
        "goal": goal_percent / 100,
        "curve": curve_of(board.asked, board.lines, today, results_url),
        "answers_url": results_url,
        "people_url": people_url,
        "lists": _lists(people_url),
    }


def _lists(people_url: str) -> dict[str, str]:
    """Return the lists of people behind the strip of numbers, for who may open them."""
    if not people_url:
        return {}
    return {
        "live": f"{people_url}?live=1",
        "informed": f"{people_url}?informed=yes",
        "sites": f"{people_url}?live=1&view=sites",
    }
