"""What personnel files have done to a programme's people: which files, in numbers, to whom.

A file is known here by its day; its name may tell of other programmes, and is HR's.
"""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from programmes.access import ScopedRequest, requires
from programmes.models.trail import Kept
from programmes.views.trail import note_audit
from stakeholders.importing.models import ImportRun
from stakeholders.importing.queries.importreport import (
    Part,
    entries_in,
    reports_of,
    sites_in,
)

ON_A_PAGE = 25
PEOPLE_ON_A_PAGE = 50


@require_GET
@requires("import.count")
def report_list(request: ScopedRequest) -> HttpResponse:
    """Show what each file has done to the people in view, newest first."""
    page: Any = Paginator(_runs(request), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "reports": reports_of(list(page), request.scope)}
    return render(request, "stakeholders/report_list.html", context)


@require_GET
@requires("import.count")
def report_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show what one file has done to the people in view."""
    [report] = reports_of([_run(request, pk)], request.scope)
    return render(request, "stakeholders/report_show.html", {"report": report})


@require_GET
@requires("import.count")
def report_people(request: ScopedRequest, pk: int, part: str) -> HttpResponse:
    """Show whom a number of a report counts, or how many there are at each site."""
    if part not in Part.values:
        raise Http404(part)
    run = _run(request, pk)
    context: dict[str, Any] = {"run": run, "part": Part(part)}
    if request.scope.may("people.read") and not (part == Part.NEW and run.is_first):
        note_audit(request, Kept.PEOPLE)
        found = Paginator(entries_in(run, part, request.scope), PEOPLE_ON_A_PAGE)
        page = found.get_page(request.GET.get("page"))
        context |= {"page": page, "total": found.count}
    else:
        sites = sites_in(run, part, request.scope)
        context |= {"sites": sites, "total": sum(n for _site, n in sites)}
    return render(request, "stakeholders/report_people.html", context)


def _runs(request: ScopedRequest) -> QuerySet[ImportRun]:
    return ImportRun.objects.within(request.scope).defer("report", "headings", "manner", "found")


def _run(request: ScopedRequest, pk: int) -> ImportRun:
    return get_object_or_404(_runs(request), pk=pk)
