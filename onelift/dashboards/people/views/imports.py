"""The effect of an import before anything is written, with what it moves in each programme."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from onelift.dashboards.people.queries.imports import leaving, wave_shifts
from programmes.access import ScopedRequest, requires_installation
from stakeholders.importing.models.reason import REASONS, counted
from stakeholders.importing.queries.importrun import entries_of, reasons_of
from stakeholders.importing.views.importrun import is_watched
from stakeholders.models import EntryKind, ImportRun, ImportState

ON_A_PAGE = 7
AGAIN_SECONDS = 1


@require_GET
@requires_installation("import.run")
def effect_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show what a file would do, or how far it is read; what is confirmed has its own page."""
    runs = ImportRun.objects.within(request.scope).select_related("by")
    run = get_object_or_404(runs, pk=pk)
    if run.state == ImportState.READY:
        return _effect_page(request, run)
    if run.state == ImportState.EXAMINING or is_watched(request):
        seconds = AGAIN_SECONDS if run.state == ImportState.EXAMINING else 0
        context = {"run": run, "again_seconds": seconds}
        return render(request, "dashboards/import_wait.html", context)
    return redirect("stakeholders:import-show", pk)


def _effect_page(request: ScopedRequest, run: ImportRun) -> HttpResponse:
    reason = request.GET.get("reason", "")
    chosen = reason if reason in REASONS else ""
    rejected = entries_of(run, EntryKind.REJECTED, reason=chosen)
    context = {
        "run": run,
        "programmes": wave_shifts(run),
        "leaving": leaving(run),
        "reasons": counted(reasons_of(run, EntryKind.REJECTED), REASONS),
        "page": Paginator(rejected, ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "dashboards/import_effect.html", context)
