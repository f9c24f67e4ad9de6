"""The audit trail, to look at: a programme's own, and for the auditor the whole."""

from typing import Any

from auditlog.models import LogEntry
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from onelift.dashboards.trail.queries.export import headings, rows_of
from onelift.dashboards.trail.queries.trail import all_entries, entries_of, lines_of
from programmes.access import ScopedRequest, requires, requires_installation
from programmes.database.clock import database_now
from programmes.models.trail import Kept
from programmes.views.trail import note_file
from stakeholders.accounts.forms.trail import TrailForm
from stakeholders.people.exports import table_csv

ON_A_PAGE = 50


@require_GET
@requires("trail.read")
def trail_show(request: ScopedRequest) -> HttpResponse:
    """Show who did what in a programme, and who has seen or taken along its people's records."""
    form = TrailForm(request.GET)
    entries = entries_of(request.programme, request.scope, form.wishes())
    slug, may = request.programme.slug, request.scope.may("trail.export")
    file = reverse("dashboards:trail-export", args=[slug]) if may else ""
    return _page(request, form, entries, file)


@require_GET
@requires("trail.export")
def trail_export(request: ScopedRequest) -> HttpResponseBase:
    """Give the same as a file; that somebody took it along is an entry too."""
    form = TrailForm(request.GET)
    if not form.is_valid():
        return _refused(request, "dashboards:trail-show", request.programme.slug)
    note_file(request, Kept.TRAIL)
    entries = entries_of(request.programme, request.scope, form.wishes())
    return _file(request, entries, f"audit-trail-{request.programme.slug}")


@require_GET
@requires_installation("trail.all")
def audit_show(request: ScopedRequest) -> HttpResponse:
    """Show the same of all programmes and of the installation."""
    form = TrailForm(request.GET)
    entries = all_entries(request.scope, form.wishes())
    return _page(request, form, entries, reverse("dashboards:audit-export"), is_whole=True)


@require_GET
@requires_installation("trail.all")
def audit_export(request: ScopedRequest) -> HttpResponseBase:
    """Give the whole as a file."""
    form = TrailForm(request.GET)
    if not form.is_valid():
        return _refused(request, "dashboards:audit-show")
    note_file(request, Kept.TRAIL)
    entries = all_entries(request.scope, form.wishes())
    return _file(request, entries, "audit-trail")


def _refused(request: ScopedRequest, page: str, *args: str) -> HttpResponse:
    """Lead back to the page, which says what is wrong with the filter."""
    return redirect(f"{reverse(page, args=args)}?{request.GET.urlencode()}")


def _file(request: ScopedRequest, entries: QuerySet[LogEntry], name: str) -> HttpResponseBase:
    rows = rows_of(entries, request.scope)
    file = f"{name}-{database_now().date()}.csv"
    return StreamingHttpResponse(
        table_csv(headings(), rows, get_language() or "en"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )


def _page(
    request: ScopedRequest,
    form: TrailForm,
    entries: QuerySet[LogEntry],
    file: str,
    *,
    is_whole: bool = False,
) -> HttpResponse:
    page: Any = Paginator(entries, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": lines_of(list(page), request.scope),
        "is_filtered": bool(form.wishes()),
        "is_whole": is_whole,
        "export_url": file if form.is_valid() else "",
    }
    return render(request, "dashboards/trail.html", context)
