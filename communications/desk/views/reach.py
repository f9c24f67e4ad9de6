"""Who was reached by one message, in figures and by name."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from communications.desk.views.dispatch import dispatch_in
from communications.dispatches.queries.dispatch import subject_of
from communications.dispatches.queries.ledger import standing_of
from communications.dispatches.queries.message_reach import (
    DIMENSIONS,
    PARTS,
    MessageReach,
    reach_of,
)
from communications.dispatches.sources import title_of
from programmes.access import ScopedRequest, requires
from programmes.design.formats import language_title
from programmes.design.paging import page_of
from programmes.models.trail import Kept
from programmes.views.trail import note_audit

HEADINGS = {
    "wave": (_("By wave"), _("Wave")),
    "region": (_("By region"), _("Region")),
    "language": (_("By language"), _("Language")),
}


@require_GET
@requires("dispatch.read")
def dispatch_reach(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show the reach of a message by wave, region and language; possible and measured apart."""
    dispatch = dispatch_in(request, pk)
    reach = reach_of(dispatch, standing_of(dispatch), request.scope)
    languages = [group.key for group in reach.groups("language")]
    context = _head(request, reach) | {
        "tables": [(*words, name, reach.groups(name)) for name, words in HEADINGS.items()],
        "languages": languages,
        "sites": [
            (site, list(zip(languages, row, strict=True))) for site, row in reach.grid(languages)
        ],
    }
    return render(request, "communications/dispatch_reach.html", context)


@require_GET
@requires("delivery.read")
def reach_people(request: ScopedRequest, pk: int) -> HttpResponse:
    """List the people behind one figure of the reach."""
    dispatch = dispatch_in(request, pk)
    reach = reach_of(dispatch, standing_of(dispatch), request.scope)
    wish = {name: request.GET.get(name, "") for name in DIMENSIONS}
    part = request.GET.get("part", "")
    if part not in PARTS:
        raise Http404
    chips = [(name, key, _name_of(reach, name, key)) for name, key in wish.items() if key]
    people = reach.people(part, wish).select_related("site").order_by("folded_name", "pk")
    note_audit(request, Kept.DELIVERIES, dispatch)
    page = page_of(request, people)
    languages = reach.languages_of(list(page))
    context = {
        "part": part,
        "chips": chips,
        "page": page,
        "rows": [(person, languages[person.pk]) for person in page],
        "count": page.paginator.count,
    }
    return render(request, "communications/reach_people.html", _head(request, reach) | context)


def _name_of(reach: MessageReach, dimension: str, key: str) -> str:
    """Return what a filter is called; 404 for what the reader sees nothing of."""
    names = {group.key: group.name for group in reach.groups(dimension)}
    if key not in names:
        raise Http404
    return language_title(key) if dimension == "language" else names[key] or "–"


def _head(request: ScopedRequest, reach: MessageReach) -> dict[str, Any]:
    """Return what both pages say of the sending."""
    message = reach.dispatch.message
    decided = message.approvals.filter(decided_at__isnull=False)
    subject = subject_of(reach.version or decided.first())
    return {
        "dispatch": reach.dispatch,
        "subject": title_of(message, request.scope, subject),
        "reach": reach,
    }
