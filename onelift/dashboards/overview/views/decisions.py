"""What waits for a decision, and what was decided."""

from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from communications.approvals.queries.approval import done_lines, with_title
from communications.dispatches.sources import titles_of
from onelift.dashboards.overview.queries.away import colleagues_of, standing_of
from onelift.dashboards.overview.queries.board import decisions_board
from onelift.dashboards.overview.queries.finding import decisions_finding
from onelift.dashboards.overview.queries.history import history_pages, history_rows
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.queries.decisions import Asking
from stakeholders.models import User

PER_PAGE = 20


@require_GET
@requires("decision.read")
def decisions(request: ScopedRequest) -> HttpResponse:
    """Show what waits, for the reader or at all, and below it the history."""
    now, user = database_now(), cast(User, request.user)
    asked = Asking(request.programme, request.scope, now, request.GET.dict())
    board = decisions_board(asked, user)
    done = done_lines(request.programme, user, now)
    page: Any = history_pages(asked, PER_PAGE).get_page(request.GET.get("page"))
    undoable = {each.approval.pk for each in done}
    titles = titles_of((each.approval.message for each in done), request.scope)
    context = {
        "title": decisions_finding(board, request.scope),
        "decisions": board.narrowed(request.GET.get("for", "")),
        "open": len(board.open),
        "colleagues": colleagues_of(request.programme, user),
        "standing": standing_of(request.programme, request.scope, user, now),
        "mine": len(board.mine),
        "all": len(board.all),
        "next": board.next,
        "programme": request.programme,
        "just_decided": [with_title(each, titles) for each in done if each.seconds],
        "page": page,
        "rows": history_rows(page.object_list, asked, undoable),
    }
    return render(request, "dashboards/decisions.html", context)
