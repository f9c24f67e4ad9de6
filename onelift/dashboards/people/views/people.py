"""The list behind every number of people, and the same as a file."""

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from onelift.dashboards.people.queries.people import (
    Choices,
    PeopleList,
    choices_of,
    in_order,
    left_too,
    people_list,
    person_rows,
    site_counts,
)
from onelift.dashboards.people.queries.reader import Reader
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.models.trail import Kept
from programmes.views.trail import note_audit, note_file
from stakeholders.models import Person
from stakeholders.people.exports import people_csv, people_xlsx

ON_A_PAGE = 50
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@requires("people.count")
def people_show(request: ScopedRequest) -> HttpResponse:
    """Show persons to those who may see them, else counts by site and language."""
    reader = _asker(request)
    people = people_list(reader)
    sees_persons = request.scope.may("people.read") and request.GET.get("view") != "sites"
    choices = choices_of(reader, people.heads)
    context = {"people": people, "choices": choices, "sees_persons": sees_persons}
    if sees_persons:
        context |= _by_person(request, people, choices)
        is_search = any(each.name == "q" for each in people.filters) and not people.is_left
        note_audit(request, Kept.PEOPLE)
        context["left_too"] = left_too(reader) if is_search else 0
    else:
        sites = site_counts(people)
        total = sum(site.people for site in sites)
        # Who asks for sites gets so many sites; others so many people, counted by site.
        list_total = len(sites) if request.GET.get("view") == "sites" else total
        context |= {"sites": sites, "total": total, "list_total": list_total}
    return render(request, "dashboards/people.html", context)


@require_GET
@requires("people.read")
def people_export(request: ScopedRequest, kind: str) -> HttpResponseBase:
    """Give the people that the query means as a file, in the columns that an import reads."""
    reader = _asker(request)
    found = people_list(reader).found
    name = f"people-{request.programme.slug}-{reader.now.date()}.{kind}"
    language = get_language() or "en"
    if kind not in ("csv", "xlsx"):
        raise Http404
    note_file(request, Kept.PEOPLE)
    if kind == "csv":
        return StreamingHttpResponse(
            people_csv(found, language),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    file = people_xlsx(found, language)
    return FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK)


def _asker(request: ScopedRequest) -> Reader:
    return Reader(request.programme, request.scope, database_now(), request.GET)


def _by_person(request: ScopedRequest, people: PeopleList, choices: Choices) -> dict[str, Any]:
    found = in_order(people, request.GET.get("sort", ""), choices.sites)
    paginator: Paginator[Person] = Paginator(found, ON_A_PAGE)  # type: ignore[arg-type]
    paginator.count = people.total
    page = paginator.get_page(request.GET.get("page"))
    rows = person_rows(page, request.programme.languages)
    return {"page": page, "rows": rows, "total": people.total}
