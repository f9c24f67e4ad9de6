"""Confirming an impact for a stream or a region, and accepting one without an action."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.back import came_from
from programmes.design.undo import offer_undo
from programmes.models import Region
from stakeholders.register.forms.impact_bulk import AcceptForm
from stakeholders.register.models import Impact
from stakeholders.register.queries.impact import regions_of, seats_of
from stakeholders.register.services.impact import accept_impact, confirm_impact, unconfirm_impact
from stakeholders.register.views.impact import own_impact, user_in


@require_POST
@requires("impact.confirm")
def impact_confirm(request: ScopedRequest, pk: int, region: int | None = None) -> HttpResponse:
    """Say for a stream, or for a region, that this is what changes."""
    impact, place = _spoken_for(request, pk, region)
    confirm_impact(impact, place, user_in(request), database_now())
    offer_undo(
        request, _("%(reference)s is confirmed.") % _named(impact), _undo(request, pk, place)
    )
    return _back(request, impact)


@require_POST
@requires("impact.confirm")
def impact_unconfirm(request: ScopedRequest, pk: int, region: int | None = None) -> HttpResponse:
    """Undo a confirmation."""
    impact, place = _spoken_for(request, pk, region)
    unconfirm_impact(impact, place, user_in(request), database_now())
    messages.success(request, _("%(reference)s is no longer confirmed.") % _named(impact))
    return _back(request, impact)


@require_POST
@requires("register.write")
def impact_accept(request: ScopedRequest, pk: int) -> HttpResponse:
    """Say that an impact needs no action, and why."""
    impact, form = own_impact(request, pk), AcceptForm(request.POST)
    if form.is_valid():
        accept_impact(impact, form.cleaned_data["why"], user_in(request), database_now())
        undo = reverse("stakeholders:impact-unaccept", args=[request.programme.slug, pk])
        said = _("%(reference)s is accepted without action.") % _named(impact)
        offer_undo(request, said, undo)
    else:
        messages.warning(request, _("Enter why it needs no action."))
    return _back(request, impact)


@require_POST
@requires("register.write")
def impact_unaccept(request: ScopedRequest, pk: int) -> HttpResponse:
    """Say that an impact needs an action again."""
    impact = accept_impact(own_impact(request, pk), "", user_in(request), database_now())
    messages.success(request, _("%(reference)s needs an action again.") % _named(impact))
    return _back(request, impact)


def _spoken_for(
    request: ScopedRequest, pk: int, region: int | None
) -> tuple[Impact, Region | None]:
    """Return an impact in view, and the region; 403 if the user speaks for neither."""
    known = Impact.objects.within(request.scope).present().select_related("stream", "programme")
    impact: Impact = get_object_or_404(known, pk=pk)
    seats = seats_of(user_in(request), request.programme)
    if region is None and impact.stream_id not in seats.streams:
        raise PermissionDenied
    if region is None:
        return impact, None
    place = get_object_or_404(Region.objects.within(request.scope), pk=region)
    if region not in seats.regions or place not in regions_of(impact, request.scope):
        raise PermissionDenied
    return impact, place


def _named(impact: Impact) -> dict[str, str]:
    return {"reference": impact.reference}


def _undo(request: ScopedRequest, pk: int, region: Region | None) -> str:
    if region is None:
        return reverse("stakeholders:impact-unconfirm", args=[request.programme.slug, pk])
    args = [request.programme.slug, pk, region.pk]
    return reverse("stakeholders:impact-unconfirm-region", args=args)


def _back(request: ScopedRequest, impact: Impact) -> HttpResponse:
    """Return to where the button was."""
    if back := came_from(request):
        return redirect(back)
    return redirect("dashboards:impact-show", request.programme.slug, impact.pk)
