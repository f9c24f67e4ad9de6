"""Writing impacts; the pages that show them with what answers them stand in the dashboards."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.undo import offer_undo
from programmes.forms.refusal import accepts
from programmes.services.stream import remove_part, restore_part
from stakeholders.register.forms.impact import ImpactForm
from stakeholders.register.models import Impact
from stakeholders.register.services.impact import save_impact


@require_http_methods(["GET", "POST"])
@requires("register.write")
def impact_add(request: ScopedRequest) -> HttpResponse:
    return _form_page(request, Impact(programme=request.programme))


@require_http_methods(["GET", "POST"])
@requires("register.write")
def impact_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    return _form_page(request, own_impact(request, pk))


@require_POST
@requires("register.write")
def impact_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take an impact off the pages."""
    impact = remove_part(own_impact(request, pk), database_now())
    undo = reverse("stakeholders:impact-restore", args=[request.programme.slug, pk])
    offer_undo(request, _("“%(name)s” is removed.") % {"name": impact.name}, undo)
    return redirect("dashboards:impact-map", request.programme.slug)


@require_POST
@requires("register.write")
def impact_restore(request: ScopedRequest, pk: int) -> HttpResponse:
    """Put back what was removed."""
    impact = restore_part(own_impact(request, pk, is_removed=True))
    messages.success(request, _("“%(name)s” is back.") % {"name": impact.name})
    return redirect("dashboards:impact-show", request.programme.slug, pk)


def own_impact(request: ScopedRequest, pk: int, *, is_removed: bool = False) -> Impact:
    """Return an impact to be written; 404 if the user may not read it, 403 if only read."""
    found = Impact.objects.within(request.scope)
    found = found if is_removed else found.present()
    impact: Impact = get_object_or_404(found.select_related("programme"), pk=pk)
    if not request.scope.writes(impact.stream_id, "register.write"):
        raise PermissionDenied
    return impact


def _form_page(request: ScopedRequest, impact: Impact) -> HttpResponse:
    form = ImpactForm(request.POST or None, impact, scope=request.scope)
    title = impact.name or _("New impact")
    if form.is_valid() and accepts(form, save_impact, impact, form.cleaned_data):
        messages.success(request, _("“%(name)s” is saved.") % {"name": impact.name})
        return redirect("dashboards:impact-show", request.programme.slug, impact.pk)
    context = {"form": form, "impact": impact, "title": title}
    return render(request, "stakeholders/impact_form.html", context)
