"""Waves and sites in one table, with languages and brand beside them."""

from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onelift.dashboards.setup.queries.setup import WaveRow, setup_board
from onelift.start.progress import unfinished
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.fields import day_hint
from programmes.design.paging import page_of
from programmes.queries.brand import swatches_of

WAVES = 20


@require_GET
@requires("setup.read")
def setup(request: ScopedRequest) -> HttpResponse:
    """Show which site goes live when, who is there, and which dates fall on a day of rest."""
    board = setup_board(request.programme, request.scope, database_now())
    opened = int(opened) if (opened := request.GET.get("open", "")).isdecimal() else None
    page = _page_with(request, board.waves, opened)
    context = {
        "board": board,
        "waves": page.object_list,
        "page": page,
        "swatches": swatches_of(request.programme),
        "opened": opened,
        "day_hint": day_hint(),
        "unfinished": unfinished(request.programme, request.scope),
    }
    return render(request, "dashboards/setup.html", context)


def _page_with(
    request: ScopedRequest, waves: Sequence[WaveRow], opened: int | None
) -> Page[WaveRow]:
    """Return the page that is asked for, else that of the wave which is opened."""
    keys = [wave.pk for wave in waves]
    if "page" in request.GET or opened not in keys:
        return page_of(request, waves, WAVES)
    return Paginator(waves, WAVES).get_page(keys.index(opened) // WAVES + 1)
