"""Members, milestones and objectives: added, changed, removed and put back."""

from dataclasses import dataclass
from functools import partial
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
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
    MeasuredObjectiveForm,
    MemberForm,
    MilestoneForm,
    PartForm,
)
from programmes.models import Member, Milestone, Objective, Stream
from programmes.services.stream import finish, remove_part, restore_part, save_part
from programmes.services.value import save_objective

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
        Objective,
        MeasuredObjectiveForm,
        gettext_lazy("New objective"),
        gettext_lazy("Save objective"),
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


@require_POST
@requires("stream.write")
def milestone_finish(request: ScopedRequest, pk: int) -> HttpResponse:
    """Say that a milestone was reached today, or on the day in the query; empty takes it back.

    A day that was said before stays, unless the query names another.
    """
    milestone, now = cast(Milestone, _part(request, "milestones", pk)), database_now()
    before_on = milestone.done_on
    today = {"done_on": str(before_on or now.date())}
    form = DoneForm(request.GET if "done_on" in request.GET else today)
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
    kind, now = _kind(name), database_now()
    form = kind.form(request.POST or None, part, starts_on=now.date())
    save = partial(save_objective, now=now) if isinstance(part, Objective) else save_part
    if form.is_valid() and accepts(form, save, part, form.cleaned_data):
        messages.success(request, _("“%(name)s” is saved.") % {"name": part.name})
        return redirect(home_of_part(part))
    title = form.initial.get("name") or kind.new
    context = {"form": form, "title": title, "save": kind.save, "part": part, "kind": name}
    return render(request, "programmes/part_form.html", {**context, "home": home_of_part(part)})


def _finished_sentence(milestone: Milestone) -> str:
    if milestone.done_on is None:
        return _("“%(name)s” is no longer marked as done.") % {"name": milestone.name}
    words = {"name": milestone.name, "day": formats.day(milestone.done_on)}
    return _("“%(name)s” is marked as done on %(day)s.") % words


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
