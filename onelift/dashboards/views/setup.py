"""Waves and sites in one table, with languages and brand beside them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onelift.dashboards.queries.setup import setup_board
from programmes.access import ScopedRequest, requires
from programmes.queries.brand import swatches_of
from programmes.queries.clock import database_now


@require_GET
@requires("setup.read")
def setup(request: ScopedRequest) -> HttpResponse:
    """Show which site goes live when, who is there, and which dates fall on a day of rest."""
    board = setup_board(request.programme, request.scope, database_now())
    context = {
        "board": board,
        "swatches": swatches_of(request.programme),
        "opened": int(opened) if (opened := request.GET.get("open", "")).isdecimal() else None,
    }
    return render(request, "dashboards/setup.html", context)
