"""Importing impacts: a file, a preview of what it changes, and then the change."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.undo import offer_undo
from programmes.reading.refusal import ImportRefusedError, WrongRowsError
from programmes.services.texts import TextChangedError
from programmes.views.once import once
from stakeholders.register.forms.impact_import import ImpactsForm, handed_on
from stakeholders.register.models import ImpactBatch
from stakeholders.register.reading.impacts import IMPACTS_FILE, ImpactsFile, read_impacts
from stakeholders.register.services.impact_import import import_impacts
from stakeholders.register.views.impact import user_in

# So many earlier changes of several impacts can be undone on the page of imports.
SHOWN = 5


@require_http_methods(["GET", "POST"])
@requires("register.write")
@once
def impact_import(request: ScopedRequest) -> HttpResponse:
    """Take a file and show what it changes; once that was seen, write it."""
    form = ImpactsForm(request)
    file = _read(request, form) if form.is_valid() else None
    is_applied = file is not None and "apply" in request.POST
    is_changed = bool(is_applied and file and not form.has_seen(file.fingerprint))
    if file and is_applied and not is_changed:
        try:
            if _imported(request, form, file):
                return redirect("dashboards:impact-list", request.programme.slug)
        except TextChangedError:
            file, is_changed = _read(request, form), True
    if file and not form.errors:
        return _preview(request, form, file, is_changed=is_changed)
    own = ImpactBatch.objects.filter(programme=request.programme, by=user_in(request))
    context = {"form": form, "most": IMPACTS_FILE, "batches": own.to_undo()[:SHOWN]}
    status = 422 if form.is_bound else 200
    return render(request, "stakeholders/impact_import.html", context, status=status)


def _preview(
    request: ScopedRequest, form: ImpactsForm, file: ImpactsFile, *, is_changed: bool
) -> HttpResponse:
    context = {
        "file": file,
        "content": handed_on(form.data_of_file),
        "wrong": WrongRowsError(file.reasons) if file.reasons else None,
        "is_changed": is_changed,
    }
    return render(request, "stakeholders/impact_preview.html", context)


def _read(request: ScopedRequest, form: ImpactsForm) -> ImpactsFile | None:
    try:
        return read_impacts(form.data_of_file, request.programme, request.scope)
    except ImportRefusedError as refusal:
        form.refuse(refusal)
        return None


def _imported(request: ScopedRequest, form: ImpactsForm, file: ImpactsFile) -> bool:
    """Tell whether the file was written; the field names wrong rows."""
    try:
        batch = import_impacts(file, request.programme, user_in(request), database_now())
    except ImportRefusedError as refusal:
        form.refuse(refusal)
        return False
    count = len(batch.before)
    if not count:
        messages.success(request, _("The file changes nothing."))
        return True
    text = ngettext("%(n)s impact imported.", "%(n)s impacts imported.", count)
    undo = reverse("stakeholders:impact-bulk-undo", args=[request.programme.slug, batch.pk])
    offer_undo(request, text % {"n": formats.number(count)}, undo)
    return True
