"""What waits for a decision, and what was decided."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from communications.approvals.queries.approval import done_lines, history_of, with_title
from communications.dispatches.sources import titles_of
from onelift.dashboards.overview.queries.decisions import decisions_board
from onelift.dashboards.overview.queries.finding import decisions_finding
from onelift.dashboards.people.queries.reader import Asker
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from stakeholders.models import User

PER_PAGE = 20


@require_GET
@requires("decision.read")
def decisions(request: ScopedRequest) -> HttpResponse:
    """Show what waits, for the reader or at all, and below it the history."""
    now, user = database_now(), cast(User, request.user)
    asker = Asker(request.programme, request.scope, now, request.GET.dict())
    board = decisions_board(asker, user)
    done = done_lines(request.programme, user, now)
    history = Paginator(history_of(request.scope), PER_PAGE)
    page: Any = history.get_page(request.GET.get("page"))
    decided = [*page, *(each.approval for each in done)]
    titles = titles_of((version.message for version in decided), request.scope)
    context = {
        "title": decisions_finding(board, request.scope),
        "decisions": board.mine if request.GET.get("for") == "me" else board.all,
        "mine": len(board.mine),
        "all": len(board.all),
        "next": board.next,
        "programme": request.programme,
        "just_decided": [with_title(each, titles) for each in done if each.seconds],
        "page": page,
        "rows": [(v, titles.get(v.message_id) or v.frozen.title) for v in page],
        "undoable": {each.approval.pk for each in done},
    }
    return render(request, "dashboards/decisions.html", context)
