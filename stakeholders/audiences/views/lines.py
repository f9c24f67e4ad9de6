"""How many people the lines of an audience mean, told while they are chosen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from programmes.access import ScopedRequest, requires
from stakeholders.audiences.forms.lines import LinesForm
from stakeholders.audiences.queries.people import number_of
from stakeholders.audiences.services.audience import rule_of


@require_GET
@requires("people.count")
def lines_count(request: ScopedRequest) -> HttpResponse:
    """Answer with the number of people in view whom the typed lines mean; nothing is kept."""
    form = LinesForm(request.GET, programme=request.programme)
    count = None
    if form.is_valid():
        rule = rule_of(request.programme, form.lines())
        count = number_of(rule, request.scope)
    return render(request, "stakeholders/_lines_count.html", {"count": count})
