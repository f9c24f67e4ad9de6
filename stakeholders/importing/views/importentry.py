"""What an import does line by line: lists behind its numbers, single lines, what to mend."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from programmes.access import ScopedRequest, requires_installation
from programmes.models.trail import Kept
from programmes.views.trail import note_file
from stakeholders.importing.models import EntryKind
from stakeholders.importing.models.reason import FIELDS, REASONS, counted
from stakeholders.importing.queries.importrun import entries_of, reasons_of
from stakeholders.importing.reading.line import line_of
from stakeholders.importing.services.entries import bad_rows
from stakeholders.importing.views.importrun import run_in_view

PER_PAGE = 50
BY_REASON = (EntryKind.REJECTED, EntryKind.NOTED)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@requires_installation("import.run")
def import_entries(request: ScopedRequest, pk: int, kind: str) -> HttpResponse:
    """Show whom or which lines a number of an import counts."""
    if kind not in EntryKind.values:
        raise Http404(kind)
    run = run_in_view(request, pk)
    reason, field = (request.GET.get(name, "") for name in ("reason", "field"))
    found = entries_of(
        run,
        kind,
        reason=reason if reason in REASONS else "",
        field=field if field in FIELDS else "",
    )
    context = {
        "run": run,
        "kind": kind,
        "word": EntryKind(kind).label,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "reasons": counted(reasons_of(run, kind) if kind in BY_REASON else {}, REASONS),
        "fields": run.fields_changed if kind == EntryKind.CHANGED else [],
    }
    return render(request, "stakeholders/import_entries.html", context)


@require_GET
@requires_installation("import.run")
def import_line(request: ScopedRequest, pk: int, line: int) -> HttpResponse:
    """Show one line as it stands in the file, and what comes of it."""
    run = run_in_view(request, pk)
    found = line_of(run, line)
    if found is None:
        raise Http404(line)
    return render(request, "stakeholders/import_line.html", {"run": run, "line": found})


@require_GET
@requires_installation("import.run")
def import_report(request: ScopedRequest, pk: int) -> HttpResponse:
    """Give out the rejected lines as a workbook, to be mended and brought in again."""
    run = run_in_view(request, pk)
    note_file(request, Kept.REJECTED, run)
    answer = HttpResponse(bad_rows(run), content_type=XLSX)
    name = slugify(run.file_name.rpartition(".")[0])[:60] or "import"
    answer["Content-Disposition"] = f'attachment; filename="{name}-rejected.xlsx"'
    return answer
