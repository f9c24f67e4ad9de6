"""Members, milestones and objectives: added, changed, measured, removed and put back."""

from dataclasses import dataclass
from datetime import date
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.undo import offer_undo
from programmes.forms.refusal import accepts
from programmes.forms.stream import (
    DoneForm,
    MeasureForm,
    MemberForm,
    MilestoneForm,
    ObjectiveForm,
    PartForm,
)
from programmes.models import Member, Milestone, Objective, Stream
from programmes.models.objective import Measured
from programmes.services.stream import finish, measure, remove_part, restore_part, save_part

Part = Member | Milestone | Objective


@dataclass(frozen=True)
class Kind:
    """One kind of part: its table, its form, and what its page says."""

    model: type[Member] | type[Milestone] | type[Objective]
    form: type[PartForm]
    new: str | Promise
    save: str | Promise


KINDS = {
    "members": Kind(Member, MemberForm, gettext_lazy("New member"), gettext_lazy("Save member")),
    "milestones": Kind(
        Milestone, MilestoneForm, gettext_lazy("New milestone"), gettext_lazy("Save milestone")
    ),
    "objectives": Kind(
        Objective, ObjectiveForm, gettext_lazy("New objective"), gettext_lazy("Save objective")
    ),
}


@require_http_methods(["GET", "POST"])
@requires("stream.write")
def part_add(request: ScopedRequest, stream: int, kind: str) -> HttpResponse:
    """Add a member, a milestone or an objective to a stream."""
    of = _writable_stream(request, stream)
    part = _kind(kind).model(stream=of)
    if isinstance(part, Objective):
        part.programme = request.programme
    return _part_page(request, kind, part)


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def objective_add(request: ScopedRequest) -> HttpResponse:
    """Add an objective of the whole programme."""
    return _part_page(request, "objectives", Objective(programme=request.programme))


@require_http_methods(["GET", "POST"])
@requires("stream.write")
def part_edit(request: ScopedRequest, kind: str, pk: int) -> HttpResponse:
    """Change a member, a milestone or an objective."""
    return _part_page(request, kind, _part(request, kind, pk))


@require_POST
@requires("stream.write")
def part_remove(request: ScopedRequest, kind: str, pk: int) -> HttpResponse:
    """Take a member, a milestone or an objective off the pages."""
    part = remove_part(_part(request, kind, pk), database_now())
    undo = reverse("programmes:part-restore", args=[request.programme.slug, kind, pk])
    offer_undo(request, _("“%(name)s” is removed.") % {"name": part.name}, undo)
    return redirect(home_of_part(part))


@require_POST
@requires("stream.write")
def part_restore(request: ScopedRequest, kind: str, pk: int) -> HttpResponse:
    """Put back what was removed."""
    part = restore_part(_part(request, kind, pk, is_removed=True))
    messages.success(request, _("“%(name)s” is back.") % {"name": part.name})
    return redirect(home_of_part(part))


@require_http_methods(["GET", "POST"])
@requires("stream.write")
def objective_measure(request: ScopedRequest, pk: int) -> HttpResponse:
    """Write the latest value of an objective; the query of the address takes it back."""
    objective, now = cast(Objective, _part(request, "objectives", pk)), database_now()
    undo = undo_measure(objective)
    form = measure_form(request, objective, now.date())
    if form.is_valid() and accepts(form, measure, objective, **form.cleaned_data, today=now.date()):
        url = reverse("programmes:objective-measure", args=[request.programme.slug, pk])
        offer_undo(request, measured_sentence(objective), f"{url}?{undo}")
        return redirect(home_of_part(objective))
    return _measure_page(request, form, objective)


def measure_form(request: ScopedRequest, objective: Measured, today: date) -> MeasureForm:
    """Return the form of a measure: as posted, by the address or the page, else as it is now."""
    posted = (request.GET or request.POST) if request.method == "POST" else None
    return MeasureForm(posted, initial={"value": objective.value, "measured_on": today})


def undo_measure(objective: Measured) -> str:
    """Return the query that gives an objective the measure back which it has now."""
    value = "" if objective.value is None else objective.value
    return urlencode({"value": value, "measured_on": objective.measured_on or ""})


def measured_sentence(objective: Measured) -> str:
    """Return what is said after an objective was measured."""
    if objective.value is None:
        return _("“%(name)s” has no value.") % {"name": objective.name}
    value = formats.amount(objective.value, objective.unit)
    return _("“%(name)s” stands at %(value)s.") % {"name": objective.name, "value": value}


@require_POST
@requires("stream.write")
def milestone_finish(request: ScopedRequest, pk: int) -> HttpResponse:
    """Say that a milestone was reached today, or on the day in the query; empty takes it back."""
    milestone, now = cast(Milestone, _part(request, "milestones", pk)), database_now()
    before_on = milestone.done_on
    form = DoneForm(request.GET if "done_on" in request.GET else {"done_on": str(now.date())})
    if form.is_valid() and accepts(
        form, finish, milestone, form.cleaned_data["done_on"], now.date()
    ):
        url = reverse("programmes:milestone-finish", args=[request.programme.slug, pk])
        undo = urlencode({"done_on": before_on or ""})
        offer_undo(request, _finished_sentence(milestone), f"{url}?{undo}")
    else:
        messages.error(request, " ".join(str(e) for e in form.errors.get("done_on", [])))
    return redirect(home_of_part(milestone))


def home_of_part(part: Part) -> str:
    """Return the page on which a part stands: its stream's, or the list of streams."""
    if isinstance(part, Objective) and part.stream is None:
        return reverse("dashboards:stream-list", args=[part.programme.slug])
    stream = cast(Stream, part.stream)
    return reverse("dashboards:stream-show", args=[stream.programme.slug, stream.pk])


def _part_page(request: ScopedRequest, name: str, part: Part) -> HttpResponse:
    kind = _kind(name)
    form = kind.form(request.POST or None, part, starts_on=database_now().date())
    if form.is_valid() and accepts(form, save_part, part, form.cleaned_data):
        messages.success(request, _("“%(name)s” is saved.") % {"name": part.name})
        return redirect(home_of_part(part))
    title = form.initial.get("name") or kind.new
    context = {"form": form, "title": title, "save": kind.save, "part": part, "kind": name}
    return render(request, "programmes/part_form.html", {**context, "home": home_of_part(part)})


def _measure_page(request: ScopedRequest, form: Form, part: Part) -> HttpResponse:
    context = {"form": form, "title": part.name, "part": part, "save": _("Save value")}
    return render(request, "programmes/part_form.html", {**context, "home": home_of_part(part)})


def _finished_sentence(milestone: Milestone) -> str:
    if milestone.done_on is None:
        return _("“%(name)s” is not done.") % {"name": milestone.name}
    words = {"name": milestone.name, "day": formats.day(milestone.done_on)}
    return _("“%(name)s” was done on %(day)s.") % words


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _writable_stream(request: ScopedRequest, pk: int) -> Stream:
    """Return a stream; 404 out of scope, 403 where somebody else writes."""
    streams = Stream.objects.within(request.scope)
    stream = get_object_or_404(streams.select_related("programme"), pk=pk)
    if not request.scope.writes(pk):
        raise PermissionDenied
    return stream


def _part(request: ScopedRequest, kind: str, pk: int, *, is_removed: bool = False) -> Part:
    """Return a part of a stream; 404 out of scope, 403 where somebody else writes."""
    parts = _kind(kind).model.objects.within(request.scope)
    parts = parts if is_removed else parts.present()
    part = cast(Part, get_object_or_404(parts.select_related("stream__programme"), pk=pk))
    if not request.scope.writes(part.stream_id):
        raise PermissionDenied
    return part
