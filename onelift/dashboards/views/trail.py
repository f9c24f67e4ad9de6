"""The audit trail, for the auditor, the CIO and the programme manager to look at."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onelift.dashboards.queries.trail import entries_of, lines_of
from programmes.access import ScopedRequest, requires
from stakeholders.forms.trail import TrailForm

ON_A_PAGE = 50


@require_GET
@requires("trail.read")
def trail_show(request: ScopedRequest) -> HttpResponse:
    """Show who did what, and who has seen or taken along what is kept of persons."""
    form = TrailForm(request.GET)
    wishes = form.wishes()
    entries = entries_of(request.programme, request.scope, wishes)
    page: Any = Paginator(entries, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": lines_of(list(page), request.scope),
        "is_filtered": bool(wishes),
        "is_whole": request.scope.may("trail.all"),
    }
    return render(request, "dashboards/trail.html", context)
