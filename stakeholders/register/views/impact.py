"""Writing impacts; the pages that show them with what answers them stand in the dashboards."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.fields import is_key
from programmes.design.undo import offer_undo
from programmes.forms.refusal import accepts
from programmes.services.texts import TextChangedError
from programmes.views.once import once
from stakeholders.accounts.models import User
from stakeholders.register.forms.impact import ImpactForm
from stakeholders.register.models import Impact
from stakeholders.register.queries.impact import alike_to
from stakeholders.register.services.impact import remove_impact, restore_impact, save_impact


@require_http_methods(["GET", "POST"])
@requires("register.write")
@once
def impact_add(request: ScopedRequest) -> HttpResponse:
    return _form_page(request, Impact(programme=request.programme))


@require_http_methods(["GET", "POST"])
@requires("register.write")
def impact_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    return _form_page(request, own_impact(request, pk))


@require_GET
@requires("register.write")
def impact_alike(request: ScopedRequest) -> HttpResponse:
    """Show the impacts that resemble a name while it is typed; a piece of the form."""
    besides = request.GET.get("besides", "")
    name = request.GET.get("name", "")
    alike = alike_to(name, request.scope, int(besides) if is_key(besides) else None)
    return render(request, "stakeholders/_impact_alike.html", {"alike": alike})


@require_POST
@requires("register.write")
def impact_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take an impact off the pages."""
    impact = remove_impact(own_impact(request, pk), user_in(request), database_now())
    undo = reverse("stakeholders:impact-restore", args=[request.programme.slug, pk])
    offer_undo(request, _("“%(name)s” is removed.") % {"name": impact.name}, undo)
    return redirect("dashboards:impact-map", request.programme.slug)


@require_POST
@requires("register.write")
def impact_restore(request: ScopedRequest, pk: int) -> HttpResponse:
    """Put back what was removed."""
    impact = own_impact(request, pk, is_removed=True)
    restore_impact(impact, user_in(request), database_now())
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


def user_in(request: ScopedRequest) -> User:
    """Return who is signed in: nobody else passes the guard."""
    return cast(User, request.user)


def _form_page(request: ScopedRequest, impact: Impact) -> HttpResponse:
    form = ImpactForm(request.POST or None, impact, scope=request.scope)
    title = impact.name or _("New impact")
    is_sent = form.is_bound and "look" not in request.POST
    if is_sent and form.is_valid() and _saved(request, form, impact):
        messages.success(request, _("“%(name)s” is saved.") % {"name": impact.name})
        return redirect("dashboards:impact-show", request.programme.slug, impact.pk)
    context = {
        "form": form,
        "impact": impact,
        "title": title,
        "alike": alike_to(request.POST.get("name", ""), request.scope, impact.pk),
        "has_looked": form.is_bound and not is_sent,
    }
    return render(request, "stakeholders/impact_form.html", context)


def _saved(request: ScopedRequest, form: ImpactForm, impact: Impact) -> bool:
    """Tell whether what was typed is saved; else the form says why not."""
    now, user = database_now(), user_in(request)
    try:
        return bool(accepts(form, save_impact, impact, form.values, user, now, text_seen=form.seen))
    except TextChangedError as changed:
        form.show_theirs(changed.text, changed.by)
        return False
