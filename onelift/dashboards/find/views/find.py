"""The one field that finds anything."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from onelift.dashboards.find.queries.find import SUGGESTED, Search, search_for
from onelift.dashboards.find.queries.matches import KINDS
from onelift.dashboards.people.queries.reader import Reader
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now

ON_A_PAGE = 50


@require_GET
@vary_on_headers("HX-Request")
@requires("find.read")
def find_show(request: ScopedRequest) -> HttpResponse:
    """Show what fits in groups, all of one kind, or, while somebody types, the best few."""
    reader = Reader(request.programme, request.scope, database_now(), request.GET)
    search = search_for(reader)
    if is_typing(request):
        return _answer(request, "_find_suggestions.html", search, groups=search.groups(SUGGESTED))
    kind = request.GET.get("in", "")
    if kind in KINDS and not search.is_blank:
        page = Paginator(search.of_kind(kind), ON_A_PAGE).get_page(request.GET.get("page"))
        return _answer(request, "find_kind.html", search, kind=kind, page=page)
    groups, happenings = search.groups(), search.happenings()
    total = sum(group.total for group in groups) + len(happenings)
    found = {"groups": groups, "happenings": happenings, "total": total}
    return _answer(request, "find.html", search, **found)


def is_typing(request: HttpRequest) -> bool:
    """Tell whether the field asks for suggestions; a page that htmx restores is whole."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def _answer(request: ScopedRequest, name: str, search: Search, **found: Any) -> HttpResponse:
    return render(request, f"dashboards/{name}", {"search": search, **found})
