"""The list of first steps, of a new installation and of a new programme."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from onelift.start.forms import SitesForm
from onelift.start.progress import Progress, furthest, progress_of
from onelift.start.setup_facts import facts_of
from onelift.start.steps import Reader, steps_for
from programmes.access import ScopedRequest, requires, requires_installation
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.back import came_from
from programmes.reading.refusal import ImportRefusedError
from programmes.scope import NOBODY, Scope
from stakeholders.accounts.access import scope_of, settled_home_of
from stakeholders.accounts.models.user import INSTALLATION_KINDS
from stakeholders.importing.reading.manner import SITES_FILE
from stakeholders.importing.services.places import SitesReport, import_sites
from stakeholders.models import Role, User


@require_GET
@requires_installation("programme.place")
def start_show(request: ScopedRequest) -> HttpResponse:
    """Show administrators what to do until a programme has its first approved message."""
    user, progress = cast(User, request.user), furthest(request.scope)
    if progress.is_complete:
        return redirect(settled_home_of(user))
    own = scope_of(user, progress.programme)
    return start_page(request, progress, own if own.actions else request.scope)


@require_GET
@requires("setup.write")
def programme_start(request: ScopedRequest) -> HttpResponse:
    """Show managers what their programme still needs; then their first page."""
    progress = progress_of(request.programme, request.scope)
    if progress.is_complete:
        return redirect(settled_home_of(cast(User, request.user), request.programme))
    return start_page(request, progress, request.scope)


def start_page(request: ScopedRequest, progress: Progress, scope: Scope) -> HttpResponse:
    """Show the list, with what the reader's roles in ``scope`` may do."""
    user = cast(User, request.user)
    facts = facts_of(progress.programme, scope, _whole(request, user))
    context = {
        "progress": progress,
        "steps": steps_for(Reader(user, scope, progress, facts, request.path)),
        "roles": [
            (kind.label, len(facts.holders.get(kind, ())))
            for kind in Role.Kind
            if kind not in INSTALLATION_KINDS
        ],
    }
    return render(request, "start/list.html", context)


def _whole(request: ScopedRequest, user: User) -> Scope:
    """Return the whole installation in the view of who chooses the sites of a programme."""
    if request.scope.programme is None:
        return request.scope
    return scope_of(user) if "programme.place" in request.scope.installation else NOBODY


@require_http_methods(["GET", "POST"])
@requires_installation("site.import")
def sites_import(request: ScopedRequest) -> HttpResponse:
    """Import a file of sites and their regions, all or nothing."""
    form, back = SitesForm(request), came_from(request) or reverse("stakeholders:programme-list")
    if form.is_valid() and (report := _imported(form, request.user)):
        messages.success(request, _said(report))
        return redirect(back)
    context = {"form": form, "back": back, "most": SITES_FILE}
    return render(request, "start/sites.html", context, status=422 if form.is_bound else 200)


def _imported(form: SitesForm, by: Any) -> SitesReport | None:
    try:
        return import_sites(form.cleaned_data["file"].read(), now=database_now(), by=by)
    except ImportRefusedError as refusal:
        form.refuse(refusal)
        return None


def _said(report: SitesReport) -> str:
    counts = {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
    }
    sentence = ngettext(
        "%(all)s site imported: %(created)s new, %(updated)s changed, %(unchanged)s unchanged.",
        "%(all)s sites imported: %(created)s new, %(updated)s changed, %(unchanged)s unchanged.",
        sum(counts.values()),
    )
    shown = {"all": sum(counts.values()), **counts}
    return sentence % {name: formats.number(count) for name, count in shown.items()}
