"""The audit trail, to look at: a programme's own, and for the auditor the whole."""

from typing import Any

from auditlog.models import LogEntry
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onelift.dashboards.trail.queries.trail import all_entries, entries_of, lines_of
from programmes.access import ScopedRequest, requires, requires_installation
from stakeholders.accounts.forms.trail import TrailForm

ON_A_PAGE = 50


@require_GET
@requires("trail.read")
def trail_show(request: ScopedRequest) -> HttpResponse:
    """Show who did what in a programme, and who has seen or taken along its people's records."""
    form = TrailForm(request.GET)
    entries = entries_of(request.programme, request.scope, form.wishes())
    return _page(request, form, entries)


@require_GET
@requires_installation("trail.all")
def audit_show(request: ScopedRequest) -> HttpResponse:
    """Show the same of all programmes and of the installation."""
    form = TrailForm(request.GET)
    return _page(request, form, all_entries(request.scope, form.wishes()), is_whole=True)


def _page(
    request: ScopedRequest, form: TrailForm, entries: QuerySet[LogEntry], *, is_whole: bool = False
) -> HttpResponse:
    page: Any = Paginator(entries, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": lines_of(list(page), request.scope),
        "is_filtered": bool(form.wishes()),
        "is_whole": is_whole,
    }
    return render(request, "dashboards/trail.html", context)
