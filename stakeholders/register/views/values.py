"""Importing values of objectives from a file."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.models import Objective
from programmes.services.value import Bringer, Source, WrongRowsError, import_values
from programmes.views.once import once
from stakeholders.register.forms.values import ValuesForm
from stakeholders.register.reading.values import VALUES_FILE


@require_http_methods(["GET", "POST"])
@requires("stream.write")
@once
def values_import(request: ScopedRequest) -> HttpResponse:
    """Import values from a file: all of its rows, or with an error in one of them none."""
    found = Objective.objects.within(request.scope).present().select_related("programme")
    own = [one for one in found if request.scope.writes(one.stream_id)]
    form = ValuesForm(request.POST or None, request.FILES or None, own)
    if form.is_valid() and (count := _imported(request, form)):
        words = ngettext("%(n)s value was imported.", "%(n)s values were imported.", count)
        messages.success(request, words % {"n": formats.number(count)})
        return redirect("dashboards:stream-list", request.programme.slug)
    context = {"form": form, "objectives": own, "most": VALUES_FILE.rows}
    return render(request, "stakeholders/values_import.html", context)


def _imported(request: ScopedRequest, form: ValuesForm) -> int:
    """Return how many values were written; 0 if some were refused, which the form then says."""
    by = Bringer(request.user, Source.FILE)
    try:
        return import_values(form.rows, form.wrong, by, database_now())
    except WrongRowsError as refusal:
        form.wrong = refusal.rows
        return 0
