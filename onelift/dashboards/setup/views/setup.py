"""Waves and sites in one table; and the languages that are read there."""

from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onelift.dashboards.setup.queries.languages import languages_read
from onelift.dashboards.setup.queries.setup import WaveRow, setup_board
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.fields import day_hint
from programmes.design.formats import enumeration, language_name
from programmes.design.paging import page_of

WAVES = 20


@require_GET
@requires("setup.read")
def setup(request: ScopedRequest) -> HttpResponse:
    """Show which site goes live when, who is there, and which dates fall on a day of rest."""
    board = setup_board(request.scope, database_now())
    opened = int(opened) if (opened := request.GET.get("open", "")).isdecimal() else None
    page = _page_with(request, board.waves, opened)
    context = {
        "board": board,
        "waves": page.object_list,
        "page": page,
        "opened": opened,
        "day_hint": day_hint(),
    }
    return render(request, "dashboards/setup.html", context)


@require_GET
@requires("setup.read")
def language_list(request: ScopedRequest) -> HttpResponse:
    """Show what people read, and what they get where a text is missing."""
    written = [language_name(code) for code in request.programme.languages]
    context = {
        "rows": languages_read(request.programme, request.scope),
        "written": enumeration(written),
    }
    return render(request, "dashboards/languages.html", context)


def _page_with(
    request: ScopedRequest, waves: Sequence[WaveRow], opened: int | None
) -> Page[WaveRow]:
    """Return the page that is asked for, else that of the wave which is opened."""
    keys = [wave.pk for wave in waves]
    if "page" in request.GET or opened not in keys:
        return page_of(request, waves, WAVES)
    return Paginator(waves, WAVES).get_page(keys.index(opened) // WAVES + 1)
