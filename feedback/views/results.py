"""What a survey has found: figures of its latest edition, within the reader's scope."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from feedback.forms.answer import CSAT_LABELS
from feedback.models import Survey
from feedback.queries.response import TOTAL, Response
from feedback.queries.results import Results, Row, comments_of, results_of
from programmes.access import ScopedRequest, requires
from programmes.design.charts.dots import DotRow
from programmes.design.charts.stack import StackPart
from programmes.design.formats import percent

COMMENTS_A_PAGE = 12


@require_GET
@requires("results.read")
def results(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show how satisfied people are, how sure that is, and what is hidden and why."""
    surveys = Survey.objects.within(request.scope)
    survey = get_object_or_404(surveys.select_related("invitation"), pk=pk)
    found = results_of(survey, request.scope)
    pages = Paginator(comments_of(survey, request.scope), COMMENTS_A_PAGE)
    context = {
        "survey": survey,
        "results": found,
        "comments": pages.get_page(request.GET.get("page")),
        **_charts(survey, found),
    }
    return render(request, "feedback/results.html", context)


def _charts(survey: Survey, found: Results) -> dict[str, Any]:
    k, counts = survey.smallest_group, found.total.figures["csat"]
    rows = [*found.sites, *found.rest]
    satisfaction = found.total.satisfaction
    return {
        "goal": survey.goal_percent / 100,
        "dots": [_dot(row, k) for row in rows],
        "waves": [_dot(row, k) for row in found.waves],
        "below": [row for row in reversed(rows) if _is_below(row, survey)],
        "stack": [StackPart(str(label), counts.get(str(v), 0)) for v, label in CSAT_LABELS],
        "satisfied": percent(satisfaction.share) if satisfaction else "",
        "dissatisfied": percent(_dissatisfied(counts)) if satisfaction else "",
    }


def _dissatisfied(counts: dict[str, int]) -> float:
    return (counts.get("1", 0) + counts.get("2", 0)) / sum(counts.values())


def _is_below(row: Row, survey: Survey) -> bool:
    """Tell whether even the upper end of the interval misses the goal."""
    satisfaction = row.satisfaction
    return satisfaction is not None and 100 * satisfaction.interval[1] < survey.goal_percent


def _dot(row: Row, k: int) -> DotRow:
    satisfaction = row.satisfaction
    if satisfaction is None:
        hidden = _why_hidden(row, k)
        share = row.response_share
        return DotRow(_name(row), people=row.delivered, hidden=hidden, response=share)
    low, high = satisfaction.interval
    return DotRow(
        label=_name(row),
        share=satisfaction.share,
        low=low,
        high=high,
        answers=row.answers,
        response=row.response_share,
        people=row.delivered or None,
    )


def _name(row: Row) -> str:
    if not row.key.startswith("rest"):
        return row.name
    if not row.name:
        return _("Others, any region")
    return _("%(region)s, others") % {"region": row.name}


def _why_hidden(row: Row, k: int) -> str:
    if row.response and row.response.counted_in:
        return _answered_in(row.response)
    if row.reason == "few_people":
        return _("Fewer than %(k)d people asked, counted in the region") % {"k": k}
    return _("Fewer than %(k)d answers, not shown") % {"k": k}


def _answered_in(response: Response) -> str:
    """Say where the answers of a hidden group went at the close, and how many answered there."""
    share = percent(response.share)
    if response.counted_in == TOTAL:
        return _("Counted in the total, where %(share)s answered") % {"share": share}
    words = _("Counted in %(group)s, where %(share)s answered")
    return words % {"group": response.counted_in, "share": share}
