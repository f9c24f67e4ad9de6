"""Impacts with what answers them: the heat map and its gaps, the list, one impact, and files."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from communications.approvals.services.gaps import last_reminder, owners_of
from communications.desk.forms.answer import AnswerForm
from onelift.dashboards.impacts.queries.heat import columns_of, filters_of, gaps_in, heat_of
from onelift.dashboards.impacts.queries.impacts import ImpactFilter, Impacts, impacts_of
from onelift.dashboards.impacts.queries.rows import (
    ImpactRow,
    cells_of,
    headings,
    hits_in_order,
    row_of,
    rows_of,
)
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.models.trail import Kept
from programmes.views.trail import note_file
from stakeholders.models import Impact, Severity
from stakeholders.people.exports import table_file
from stakeholders.register.forms.impact_bulk import AcceptForm
from stakeholders.register.queries.impact import seats_of
from stakeholders.register.queries.impact_words import words_of
from stakeholders.register.views.impact import user_in
from stakeholders.register.views.impact_bulk import MOST

ON_A_PAGE = 50
# Gaps that stand open on the map; the rest of the page is folded below them.
UNFOLDED = 10


@require_GET
@requires("register.read")
def impact_map(request: ScopedRequest) -> HttpResponse:
    """Show who is hit how hard where, and whom nothing helps."""
    wish, found = _asked(request)
    gaps = gaps_in(found)
    page = Paginator(gaps, ON_A_PAGE).get_page(request.GET.get("page"))
    columns = columns_of(found, wish)
    large = [gap for gap in page if not gap.is_small]
    context = {
        **_frame(found, wish),
        "columns": columns,
        "heat": heat_of(found, columns),
        "severities": Severity.choices,
        "gaps": gaps,
        "page": page,
        "large": large[:UNFOLDED],
        "further": large[UNFOLDED:],
        "small": [gap for gap in page if gap.is_small],
        "reminder": last_reminder(request.programme) if gaps else None,
    }
    return render(request, "dashboards/impact_map.html", context)


@require_GET
@requires("register.read")
def impact_list(request: ScopedRequest) -> HttpResponse:
    """Show the impacts themselves, as many people as the number that led here."""
    wish, found = _asked(request)
    rows = rows_of(found, wish)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {**_frame(found, wish), "page": page, **_choice(request, rows, list(page))}
    return render(request, "dashboards/impact_list.html", context)


def _choice(
    request: ScopedRequest, rows: Sequence[ImpactRow], shown: Sequence[ImpactRow]
) -> dict[str, Any]:
    """Return which impacts can be chosen: on this page, or all that the filter finds."""
    mine = [row.impact.pk for row in rows if _may_write(request, row.impact)]
    here = {row.impact.pk for row in shown}
    is_all = request.GET.get("choose") == "all" and len(mine) <= MOST
    return {
        "writable": here.intersection(mine),
        "choosable": len(mine),
        "may_choose_all": here.intersection(mine) != set(mine) and len(mine) <= MOST,
        "is_all": is_all,
        "elsewhere": [pk for pk in mine if pk not in here] if is_all else [],
    }


@require_GET
@requires("register.read")
def impact_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show one impact: from what to what, whom it hits where, and what answers it."""
    known = Impact.objects.within(request.scope).present()
    impact = get_object_or_404(known.with_whom().select_related("programme"), pk=pk)
    now = database_now()
    found = impacts_of(request.programme, request.scope, ImpactFilter(), now.date(), only=pk)
    page = Paginator(hits_in_order(found), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "impact": impact,
        "row": row_of(found, impact),
        "answers": [answer for answer in found.answers if pk in answer.impacts],
        "page": page,
        "hits": [(hit, found.people[hit.target]) for hit in page],
        "words": words_of(impact, request.scope, seats_of(user_in(request), request.programme)),
        "owners": owners_of([impact])[pk],
        "reminder": (reminder := last_reminder(request.programme, [pk])),
        "is_reminded": reminder is not None and reminder.is_of_today(now),
        **_forms(request, impact),
    }
    return render(request, "dashboards/impact.html", context)


def _may_write(request: ScopedRequest, impact: Impact) -> bool:
    return request.scope.writes(impact.stream_id, "register.write")


def _forms(request: ScopedRequest, impact: Impact) -> dict[str, Any]:
    """Return what may be done to an impact by who may write it."""
    if not _may_write(request, impact):
        return {"may_write": False}
    return {
        "may_write": True,
        "form": AnswerForm(scope=request.scope, impact=impact),
        "accept_form": AcceptForm(),
    }


@require_GET
@requires("register.read")
def impact_export(request: ScopedRequest, kind: str) -> HttpResponseBase:
    """Give what the list shows as a file."""
    wish, found = _asked(request)
    name = f"impacts-{request.programme.slug}-{database_now().date()}"
    answer = table_file(name, kind, headings(), cells_of(rows_of(found, wish), request.scope))
    note_file(request, Kept.IMPACTS)
    return answer


def _asked(request: ScopedRequest) -> tuple[ImpactFilter, Impacts]:
    wish = ImpactFilter.read(request.GET)
    return wish, impacts_of(request.programme, request.scope, wish, database_now().date())


def _frame(found: Impacts, wish: ImpactFilter) -> dict[str, Any]:
    """Return what both pages say on top."""
    return {
        "found": found,
        "people": found.heads(),
        "forgotten": found.heads(lambda hit: hit.is_gap),
        "groups": filters_of(found, wish),
        "is_filtered": wish.is_any,
    }
