"""Personal objectives: one's own, one's team's, and for the programme manager all to read."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.paging import page_of
from programmes.design.undo import offer_undo
from programmes.forms.refusal import accepts
from programmes.forms.stream import ValueForm
from programmes.models.trail import Kept
from programmes.queries.objective import objective_line, objective_page
from programmes.services.stream import remove_part, restore_part, save_part
from programmes.services.value import restore_value
from programmes.views.objective import accepts_removal, written_sentence, written_value
from programmes.views.trail import note_audit
from stakeholders.accounts.models import User
from stakeholders.register.forms.objective import PersonalObjectiveForm
from stakeholders.register.models import PersonalObjective, PersonalValue

ON_A_PAGE = 50


@require_GET
@requires("objective.list")
def objective_list(request: ScopedRequest) -> HttpResponse:
    """Show the user's own objectives, and those of others that they may read."""
    found = PersonalObjective.objects.present().within(request.scope)
    others = found.exclude(owner=request.scope.user_id).order_by("owner__last_name", "due_on", "pk")
    page = Paginator(others.select_related("owner"), ON_A_PAGE).get_page(request.GET.get("page"))
    today = database_now().date()
    note_audit(request, Kept.OBJECTIVES)
    context = {
        "own": [objective_line(one, today) for one in found.filter(owner=request.scope.user_id)],
        "others": [objective_line(one, today, one.owner) for one in page],
        "page": page,
        "leads": bool(request.scope.streams),
        "may_write": request.scope.may("objective.own"),
    }
    return render(request, "stakeholders/objective_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("objective.own")
def objective_add(request: ScopedRequest) -> HttpResponse:
    return _objective_page(request, PersonalObjective(programme=request.programme))


@require_http_methods(["GET", "POST"])
@requires("objective.own")
def objective_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change a personal objective."""
    return _objective_page(request, _objective(request, pk))


@require_GET
@requires("objective.list")
def objective_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show a personal objective with its chart and the history of its values."""
    objective = _readable(request, pk)
    now, values = database_now(), objective.values.select_related("author")
    note_audit(request, Kept.OBJECTIVES, objective)
    context = {
        "board": objective_page(objective, now, objective.owner),
        "page": page_of(request, values),
        "today": now.date(),
        "home": reverse("stakeholders:objective-list", args=[request.programme.slug]),
        "may_write": _is_writable(request, objective),
        "is_personal": True,
        "measure_route": "stakeholders:objective-measure",
        "remove_route": "stakeholders:value-remove",
        "restore_route": "stakeholders:value-restore",
    }
    return render(request, "programmes/objective.html", context)


@require_http_methods(["GET", "POST"])
@requires("objective.own")
def objective_measure(request: ScopedRequest, pk: int) -> HttpResponse:
    """Write down a value of a personal objective."""
    objective, now = _objective(request, pk), database_now()
    form = ValueForm(request.POST or None, initial={"measured_on": now.date()})
    if form.is_valid() and (row := written_value(request, form, objective)):
        undo = reverse("stakeholders:value-remove", args=[request.programme.slug, row.pk])
        offer_undo(request, written_sentence(objective, row), undo)
        return redirect("stakeholders:objective-list", request.programme.slug)
    return _form(request, form, objective, _("Save value"), objective.name)


@require_POST
@requires("objective.own")
def value_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a value of a personal objective out of what counts."""
    row = _value(request, pk)
    if accepts_removal(request, row):
        undo = reverse("stakeholders:value-restore", args=[request.programme.slug, pk])
        offer_undo(request, _("The value was removed."), undo)
    return redirect("stakeholders:objective-show", request.programme.slug, row.objective_id)


@require_POST
@requires("objective.own")
def value_restore(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let a removed value of a personal objective count again."""
    row = restore_value(_value(request, pk), request.user, database_now())
    messages.success(request, _("The value was restored."))
    return redirect("stakeholders:objective-show", request.programme.slug, row.objective_id)


@require_POST
@requires("objective.own")
def objective_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a personal objective off the pages."""
    objective = remove_part(_objective(request, pk), database_now())
    undo = reverse("stakeholders:objective-restore", args=[request.programme.slug, pk])
    offer_undo(request, _("“%(name)s” is removed.") % {"name": objective.name}, undo)
    return redirect("stakeholders:objective-list", request.programme.slug)


@require_POST
@requires("objective.own")
def objective_restore(request: ScopedRequest, pk: int) -> HttpResponse:
    """Put back what was removed."""
    objective = restore_part(_objective(request, pk, is_removed=True))
    messages.success(request, _("“%(name)s” is back.") % {"name": objective.name})
    return redirect("stakeholders:objective-list", request.programme.slug)


def _objective_page(request: ScopedRequest, objective: PersonalObjective) -> HttpResponse:
    user, today = cast(User, request.user), database_now().date()
    form = PersonalObjectiveForm(
        request.POST or None, objective, user=user, scope=request.scope, today=today
    )
    if form.is_valid() and accepts(form, save_part, objective, form.cleaned_data):
        messages.success(request, _("“%(name)s” is saved.") % {"name": objective.name})
        return redirect("stakeholders:objective-list", request.programme.slug)
    title = form.initial.get("name") or _("New objective")
    return _form(request, form, objective, _("Save objective"), title)


def _form(
    request: ScopedRequest, form: object, objective: PersonalObjective, save: str, title: str
) -> HttpResponse:
    context = {"form": form, "objective": objective, "save": save, "title": title}
    return render(request, "stakeholders/objective_form.html", context)


def _readable(request: ScopedRequest, pk: int) -> PersonalObjective:
    found = PersonalObjective.objects.within(request.scope).present()
    return get_object_or_404(found.select_related("programme", "owner", "stream"), pk=pk)


def _is_writable(request: ScopedRequest, objective: PersonalObjective) -> bool:
    found = PersonalObjective.objects.writable(request.scope)
    return found.filter(pk=objective.pk).exists()


def _objective(request: ScopedRequest, pk: int, *, is_removed: bool = False) -> PersonalObjective:
    """Return a personal objective; 404 if the user may not read it, 403 if only read."""
    found = PersonalObjective.objects.within(request.scope)
    found = found if is_removed else found.present()
    objective = get_object_or_404(found.select_related("programme"), pk=pk)
    if not _is_writable(request, objective):
        raise PermissionDenied
    return objective


def _value(request: ScopedRequest, pk: int) -> PersonalValue:
    """Return a value of a personal objective that the user writes."""
    found = PersonalValue.objects.within(request.scope).select_related("objective")
    row = get_object_or_404(found.filter(objective__removed_at__isnull=True), pk=pk)
    if not _is_writable(request, row.objective):
        raise PermissionDenied
    return row
