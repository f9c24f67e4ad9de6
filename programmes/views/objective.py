"""One objective: its course and its values, which are written, imported, removed and put back."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.paging import page_of
from programmes.design.undo import offer_undo
from programmes.forms.refusal import accepts
from programmes.forms.stream import ValueForm
from programmes.models import Objective, ObjectiveValue
from programmes.models.objective import Measured
from programmes.models.value import RecordedValue
from programmes.queries.objective import objective_page
from programmes.services.value import (
    Bringer,
    record_value,
    remove_value,
    restore_value,
)
from programmes.views.part import home_of_part


@require_GET
@requires("stream.read")
def objective_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show an objective with its chart and the history of its values."""
    objective, now = _objective(request, pk), database_now()
    values = objective.values.select_related("author", "token")
    context = {
        "board": objective_page(objective, now),
        "page": page_of(request, values),
        "today": now.date(),
        "home": home_of_part(objective),
        "may_write": request.scope.writes(objective.stream_id),
    }
    return render(request, "programmes/objective.html", context)


@require_http_methods(["GET", "POST"])
@requires("stream.write")
def objective_measure(request: ScopedRequest, pk: int) -> HttpResponse:
    """Write down a value of an objective."""
    objective, now = _written(request, pk), database_now()
    form = ValueForm(request.POST or None, initial={"measured_on": now.date()})
    if form.is_valid() and (row := written_value(request, form, objective)):
        undo = reverse("programmes:value-remove", args=[request.programme.slug, row.pk])
        offer_undo(request, written_sentence(objective, row), undo)
        return redirect(home_of_part(objective))
    context = {"form": form, "title": objective.name, "part": objective, "save": _("Save value")}
    return render(
        request, "programmes/part_form.html", {**context, "home": home_of_part(objective)}
    )


def written_value(
    request: ScopedRequest, form: ValueForm, objective: Measured
) -> RecordedValue | None:
    """Return the value that a form holds once it is written; None if it was refused."""
    by = Bringer(request.user)
    found = accepts(form, record_value, objective, form.value_typed(), by, database_now())
    return cast(RecordedValue | None, found)


def written_sentence(objective: Measured, row: RecordedValue) -> str:
    """Return what is said after a value was written."""
    words = {"name": objective.name, "value": formats.amount(row.value, objective.unit)}
    return _("“%(name)s”: %(value)s saved.") % words


@require_POST
@requires("stream.write")
def value_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a value out of what counts."""
    row = _value(request, pk)
    if accepts_removal(request, row):
        undo = reverse("programmes:value-restore", args=[request.programme.slug, pk])
        offer_undo(request, _("The value was removed."), undo)
    return redirect("programmes:objective-show", request.programme.slug, row.objective_id)


def accepts_removal(request: ScopedRequest, row: RecordedValue) -> bool:
    """Remove a value, or say on the next page why not."""
    try:
        remove_value(row, request.user, database_now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return False
    return True


@require_POST
@requires("stream.write")
def value_restore(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let a removed value count again."""
    row = restore_value(_value(request, pk), request.user, database_now())
    messages.success(request, _("The value was restored."))
    return redirect("programmes:objective-show", request.programme.slug, row.objective_id)


def _objectives(request: ScopedRequest) -> Any:
    found = Objective.objects.within(request.scope).present()
    return found.select_related("programme", "stream__programme")


def _objective(request: ScopedRequest, pk: int) -> Objective:
    return cast(Objective, get_object_or_404(_objectives(request), pk=pk))


def _written(request: ScopedRequest, pk: int) -> Objective:
    """Return an objective that the user writes; 404 out of scope, 403 where somebody else does."""
    objective = _objective(request, pk)
    if not request.scope.writes(objective.stream_id):
        raise PermissionDenied
    return objective


def _value(request: ScopedRequest, pk: int) -> ObjectiveValue:
    """Return a value of an objective that the user writes."""
    found = ObjectiveValue.objects.within(request.scope).select_related("objective")
    row = get_object_or_404(found.filter(objective__removed_at__isnull=True), pk=pk)
    if not request.scope.writes(row.objective.stream_id):
        raise PermissionDenied
    return row
