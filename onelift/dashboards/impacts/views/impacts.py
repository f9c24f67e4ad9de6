"""Impacts with what answers them: the heat map and its gaps, the list, one impact, and files."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from communications.desk.forms.answer import AnswerForm
from onelift.dashboards.impacts.queries.heat import (
    cells_of,
    columns_of,
    filters_of,
    gaps_in,
    headings,
    heat_of,
    row_of,
    rows_of,
)
from onelift.dashboards.impacts.queries.impacts import ImpactFilter, Impacts, impacts_of
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.models.trail import Kept
from programmes.views.trail import note_file
from stakeholders.models import Impact
from stakeholders.people.exports import table_file

ON_A_PAGE = 50


@require_GET
@requires("register.read")
def impact_map(request: ScopedRequest) -> HttpResponse:
    """Show who is hit how hard where, and whom nothing helps."""
    wish, found = _asked(request)
    gaps = gaps_in(found)
    columns = columns_of(found, wish)
    context = {
        **_frame(found, wish),
        "columns": columns,
        "heat": heat_of(found, columns),
        "gaps": gaps,
        "page": Paginator(gaps, ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "dashboards/impact_map.html", context)


@require_GET
@requires("register.read")
def impact_list(request: ScopedRequest) -> HttpResponse:
    """Show the impacts themselves, as many people as the number that led here."""
    wish, found = _asked(request)
    page = Paginator(rows_of(found, wish), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {**_frame(found, wish), "page": page}
    return render(request, "dashboards/impact_list.html", context)


@require_GET
@requires("register.read")
def impact_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show one impact: from what to what, whom it hits where, and what answers it."""
    known = Impact.objects.within(request.scope).present()
    impact = get_object_or_404(known.with_whom(), pk=pk)
    found = impacts_of(request.programme, request.scope, ImpactFilter(), only=pk)
    answers = [answer for answer in found.answers if pk in answer.impacts]
    hits = sorted(
        found.felt, key=lambda h: (not h.is_gap, -found.people[h.whom], h.place.site.name)
    )
    page = Paginator(hits, ON_A_PAGE).get_page(request.GET.get("page"))
    may_write = request.scope.writes(impact.stream_id, "register.write")
    context = {
        "impact": impact,
        "row": row_of(found, impact),
        "answers": answers,
        "page": page,
        "hits": [(hit, found.people[hit.whom]) for hit in page],
        "may_write": may_write,
        "form": AnswerForm(scope=request.scope, impact=impact) if may_write else None,
    }
    return render(request, "dashboards/impact.html", context)


@require_GET
@requires("register.read")
def impact_export(request: ScopedRequest, kind: str) -> HttpResponseBase:
    """Give what the list shows as a file."""
    wish, found = _asked(request)
    name = f"impacts-{request.programme.slug}-{database_now().date()}"
    answer = table_file(name, kind, headings(), cells_of(rows_of(found, wish)))
    note_file(request, Kept.IMPACTS)
    return answer


def _asked(request: ScopedRequest) -> tuple[ImpactFilter, Impacts]:
    wish = ImpactFilter.read(request.GET)
    return wish, impacts_of(request.programme, request.scope, wish)


def _frame(found: Impacts, wish: ImpactFilter) -> dict[str, Any]:
    """Return what both pages say on top."""
    return {
        "found": found,
        "people": found.heads(),
        "forgotten": found.heads(lambda hit: hit.is_gap),
        "groups": filters_of(found, wish),
        "is_filtered": wish.is_any,
    }
