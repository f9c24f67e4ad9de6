"""Whom one message has reached."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from communications.desk.views.dispatch import dispatch_in
from communications.dispatches.queries.dispatch import subject_of
from communications.dispatches.queries.ledger import standing_of
from communications.dispatches.queries.reach import reach_of
from communications.dispatches.sources import title_of
from programmes.access import ScopedRequest, requires


@require_GET
@requires("dispatch.read")
def dispatch_reach(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show the reach of a message by wave, region and language; possible and measured apart."""
    dispatch = dispatch_in(request, pk)
    version = standing_of(dispatch)
    reach = reach_of(dispatch, version, request.scope)
    decided = dispatch.message.approvals.filter(decided_at__isnull=False)
    context = {
        "dispatch": dispatch,
        "subject": title_of(
            dispatch.message, request.scope, subject_of(version or decided.first())
        ),
        "reach": reach,
        "tables": [
            (_("By wave"), _("Wave"), reach.waves, False),
            (_("By region"), _("Region"), reach.regions, False),
            (_("By language"), _("Language"), reach.languages, True),
        ],
    }
    return render(request, "communications/dispatch_reach.html", context)
