"""Reminding those who own impacts that nothing approved covers."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communications.approvals.services.gaps import remind_of_gaps
from onelift.dashboards.impacts.queries.impacts import ImpactFilter, impacts_of
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.back import own_path
from programmes.design.fields import is_key
from programmes.design.formats import enumeration
from programmes.models import Region, Site, Stream, Wave
from stakeholders.models import Impact, Persona, User


@require_POST
@requires("readiness.write")
def gaps_remind(request: ScopedRequest) -> HttpResponse:
    """Mail the owners of gaps, each of an impact once a day; the form may narrow to some gaps."""
    gaps = _gaps(request)
    told = remind_of_gaps(
        request.programme, gaps.values(), cast(User, request.user), database_now()
    )
    if told:
        names = enumeration([str(owner) for owner in told])
        messages.success(request, _("Reminder sent to %(names)s.") % {"names": names})
    elif gaps:
        messages.error(request, _("There is no one left to remind today."))
    else:
        messages.error(request, _("There are no gaps any more, so no one was reminded."))
    return redirect(_back(request))


def _gaps(request: ScopedRequest) -> dict[int, Impact]:
    """Return the impacts that are gaps where the form looks, by their ids.

    404 if it names what is not in view.
    """
    sent, scope, today = request.POST, request.scope, database_now().date()
    waves, sites = Wave.objects.within(scope), Site.objects.within(scope)
    for found, name, by in (
        (waves, "wave", "pk"),
        (sites, "site", "pk"),
        (Stream.objects.within(scope), "stream", "pk"),
        (Region.objects.within(scope), "region", "slug"),
        (Persona.objects.within(scope), "persona", "slug"),
    ):
        _one(found, by, sent.get(name, ""))
    only = _one(Impact.objects.within(scope).present(), "pk", sent.get("impact", ""))
    key = only.pk if only else None
    board = impacts_of(request.programme, scope, ImpactFilter.read(sent), today, key)
    return {hit.impact.pk: hit.impact for hit in board.gaps}


def _one(found: QuerySet[Any], by: str, typed: str) -> Any:
    """Return what a field names, None where it is empty."""
    if not typed:
        return None
    if (by == "pk" and not is_key(typed)) or "\x00" in typed:
        raise Http404
    return get_object_or_404(found, **{by: typed})


def _back(request: ScopedRequest) -> str:
    """Return the page on which somebody was reminded."""
    page = reverse("dashboards:impact-map", args=[request.programme.slug])
    return own_path(request.POST.get("next") or "") or page
