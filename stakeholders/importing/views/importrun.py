"""Imports of personnel files: the list, uploading, how a file is read, confirming, the report."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from programmes.access import ScopedRequest, requires_installation
from programmes.database.clock import database_now
from programmes.reading.refusal import ImportRefusedError
from stakeholders.accounts.models import User
from stakeholders.importing.forms.importrun import (
    DATES,
    DELIMITERS,
    ENCODINGS,
    MISSING,
    MOST_HEADING_LINES,
    UploadForm,
    becomes_choices,
    manner_of,
    number_of,
    reading_key,
)
from stakeholders.importing.models import ImportRun
from stakeholders.importing.queries.importrun import mapping_of, runs_in, standing_of
from stakeholders.importing.reading.files import MAX_FILE_BYTES
from stakeholders.importing.reading.manner import Manner
from stakeholders.importing.reading.preview import Preview
from stakeholders.importing.services import importrun as services
from stakeholders.importing.services.personnel import preview_people

PER_PAGE = 25
AGAIN_SECONDS = 1


def run_in_view(request: ScopedRequest, pk: int) -> ImportRun:
    """Return an import in view, or answer 404."""
    runs = ImportRun.objects.within(request.scope).select_related("by", "confirmed_by")
    run: ImportRun = get_object_or_404(runs, pk=pk)
    return run


def is_watched(request: ScopedRequest) -> bool:
    """Tell whether a page that is open asks what has become of it (``static/js/live.js``).

    Links and forms that htmx follows also say on which page they stood.
    """
    return "HX-Request" in request.headers and "HX-Current-URL" not in request.headers


@require_GET
@requires_installation("import.read")
def import_list(request: ScopedRequest) -> HttpResponse:
    """Show the imports, newest first."""
    runs = ImportRun.objects.within(request.scope)
    found = runs_in(runs, request.GET.get("state", ""))
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "standing": standing_of(runs),
        "sees_persons": request.scope.may("import.run"),
    }
    return render(request, "stakeholders/import_list.html", context)


@require_http_methods(["GET", "POST"])
@requires_installation("import.run")
def import_add(request: ScopedRequest) -> HttpResponse:
    """Take a file; one that is no personnel file gets a plain answer."""
    form = UploadForm(request)
    if form.is_valid():
        file, user = form.cleaned_data["file"], cast(User, request.user)
        try:
            run = services.receive(file.read(), file.name, user, database_now())
        except ImportRefusedError as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("stakeholders:import-show", run.pk)
    context = {"form": form, "limit": MAX_FILE_BYTES}
    status = 422 if form.is_bound else 200
    return render(request, "stakeholders/import_new.html", context, status=status)


@require_GET
@requires_installation("import.read")
def import_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show how a file is read until it is confirmed, then how far it is, then its report."""
    run = run_in_view(request, pk)
    if run.is_confirmed or is_watched(request):
        return _report_page(request, run)
    if not request.scope.may("import.run"):
        raise PermissionDenied
    return _reading_page(request, run, request.GET)


def _report_page(request: ScopedRequest, run: ImportRun) -> HttpResponse:
    context = {
        "run": run,
        "again_seconds": AGAIN_SECONDS if run.is_at_work else 0,
        "sees_persons": request.scope.may("import.run"),
    }
    return render(request, "stakeholders/import_report.html", context)


@require_http_methods(["GET", "POST"])
@requires_installation("import.run")
def import_choose(request: ScopedRequest, pk: int) -> HttpResponse:
    """Settle how a file is read and have its effect shown; or only read it again.

    Who signs in again after the click comes here by GET, and finds the choices as they were.
    """
    run, data = run_in_view(request, pk), request.POST or request.GET
    if request.method == "GET" or run.is_confirmed or "again" in data:
        return redirect(f"{_show_url(run)}?{_query_of(data)}")
    preview = preview_people(run, manner_of(data, Manner.of(run.manner)))
    if preview.problem:
        return _reading_page(request, run, data, preview)
    user, now = cast(User, request.user), database_now()
    return _going_on(request, run, services.choose, preview.manner, preview.settled, user, now)


def _query_of(data: QueryDict) -> str:
    kept = data.copy()
    for name in ("csrfmiddlewaretoken", "again"):
        kept.pop(name, None)
    return kept.urlencode()


def _going_on(request: ScopedRequest, run: ImportRun, verb: Any, *args: Any) -> HttpResponse:
    """Do what was asked and show the effect; a refusal is said there."""
    try:
        verb(run, *args)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("dashboards:import-effect", run.pk)


def _show_url(run: ImportRun) -> str:
    return reverse("stakeholders:import-show", args=[run.pk])


def _reading_page(
    request: ScopedRequest, run: ImportRun, data: QueryDict, preview: Preview | None = None
) -> HttpResponse:
    """Show how a file is read; with a preview of what was sent, say why it cannot go on."""
    manner = manner_of(data, Manner.of(run.manner))
    other = number_of(data.get("other", ""))
    shown = preview or preview_people(run, manner, other)
    context = {
        "run": run,
        "preview": shown,
        "is_refused": preview is not None,
        "read_key": reading_key(shown.manner),
        "encodings": ENCODINGS,
        "delimiters": DELIMITERS,
        "heading_lines": range(1, MOST_HEADING_LINES + 1),
        "dates": DATES,
        "missing": MISSING,
        "becomes": becomes_choices(),
        "next_other": (other or 0) + 1,
        "mapping": mapping_of(services.key_of(run.headings)),
    }
    status = 422 if preview else 200
    return render(request, "stakeholders/import_read.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires_installation("import.run")
def import_apply(request: ScopedRequest, pk: int) -> HttpResponse:
    """Have exactly the effect written that was shown; by GET, after a new sign-in, show it."""
    run = run_in_view(request, pk)
    if request.method == "GET":
        return redirect("dashboards:import-effect", pk)
    leavers = number_of(request.POST.get("leavers", ""))
    fingerprint = request.POST.get("fingerprint", "")
    try:
        services.confirm(run, fingerprint, leavers, cast(User, request.user))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("dashboards:import-effect", pk)
    return redirect("stakeholders:import-show", pk)


@require_POST
@requires_installation("import.run")
def import_discard(request: ScopedRequest, pk: int) -> HttpResponse:
    run = run_in_view(request, pk)
    try:
        services.discard(run, database_now())
        messages.success(
            request, _("“%(file)s” was discarded. Nothing was imported.") % {"file": run}
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("stakeholders:import-list")


@require_POST
@requires_installation("import.run")
def import_forget(request: ScopedRequest, pk: int) -> HttpResponse:
    """Forget how files with these headings were read."""
    services.forget(run_in_view(request, pk))
    messages.success(request, _("Mapping forgotten. Columns are detected again."))
    return redirect("stakeholders:import-show", pk)
