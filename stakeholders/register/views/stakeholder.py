"""The register of stakeholders: grid and list, one entry with its history, moves and files."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.undo import offer_undo
from programmes.forms.refusal import accepts
from programmes.models.trail import Kept
from programmes.services.stream import remove_part, restore_part
from programmes.views.once import once
from programmes.views.trail import note_audit, note_file
from stakeholders.accounts.models import User
from stakeholders.people.exports import table_file
from stakeholders.register.forms.stakeholder import MoveForm, PlaceForm, StakeholderForm
from stakeholders.register.models import Engagement, Stakeholder
from stakeholders.register.models.stakeholder import STEPS
from stakeholders.register.queries.stakeholder import (
    WISHES,
    Register,
    cells_of,
    headings_of,
    mark_of,
    register_of,
    reviews_in,
    with_people,
)
from stakeholders.register.services.stakeholder import nudged, place, save_stakeholder

ON_A_PAGE = 50
REVIEWS_ON_A_PAGE = 25


@require_GET
@requires("register.read")
def stakeholder_list(request: ScopedRequest) -> HttpResponse:
    """Show the register as a grid and as a list."""
    register = _chosen(request)
    page = Paginator(register.chosen, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    note_audit(request, Kept.REGISTER)
    context = {
        "register": register,
        "page": page,
        "rows": with_people(shown, request.programme, request.scope),
        "marks": [mark_of(one, _page_of(one)) for one in shown],
        "movable": [one for one in shown if request.scope.writes(one.stream_id, "register.write")],
        "stands": [(STEPS[key], word) for key, word in Engagement.choices],
        "is_filtered": any(request.GET.get(name) for name in WISHES),
    }
    return render(request, "stakeholders/stakeholder_list.html", context)


@require_GET
@requires("register.read")
def stakeholder_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show one stakeholder: where they stand, what is next, and how it came to that."""
    stakeholder = _stakeholder(request, pk)
    note_audit(request, Kept.REGISTER, stakeholder)
    [row] = with_people([stakeholder], request.programme, request.scope)
    reviews = stakeholder.assessments.select_related("by")
    page = Paginator(reviews, REVIEWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "row": row,
        "stakeholder": stakeholder,
        "page": page,
        "history": reviews_in(page, request.scope),
        "may_write": request.scope.writes(stakeholder.stream_id, "register.write"),
    }
    return render(request, "stakeholders/stakeholder.html", context)


@require_GET
@requires("register.read")
def stakeholder_export(request: ScopedRequest, kind: str) -> HttpResponseBase:
    """Give what the list shows as a file."""
    rows = with_people(_chosen(request).chosen, request.programme, request.scope)
    name = f"stakeholders-{request.programme.slug}-{database_now().date()}"
    answer = table_file(name, kind, headings_of(request.scope), cells_of(rows, request.scope))
    note_file(request, Kept.REGISTER)
    return answer


@require_http_methods(["GET", "POST"])
@requires("register.write")
@once
def stakeholder_add(request: ScopedRequest) -> HttpResponse:
    return _form_page(request, Stakeholder(programme=request.programme))


@require_http_methods(["GET", "POST"])
@requires("register.write")
def stakeholder_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change an entry, or review it."""
    return _form_page(request, _own(request, pk))


@require_POST
@requires("register.write")
def stakeholder_nudge(request: ScopedRequest) -> HttpResponse:
    """Move a stakeholder one step on the grid; the query is that of the page to go back to."""
    own = [o for o in _in_view(request) if request.scope.writes(o.stream_id, "register.write")]
    form = MoveForm(request.POST, stakeholders=own)
    if form.is_valid():
        _place(request, form.chosen, *nudged(form.chosen, form.cleaned_data["way"]))
    elif request.POST.get("stakeholder"):
        raise Http404
    else:
        messages.warning(request, _("Choose a stakeholder and a direction."))
    return redirect(f"{_register(request)}?{request.GET.urlencode()}")


@require_POST
@requires("register.write")
def stakeholder_place(request: ScopedRequest, pk: int) -> HttpResponse:
    """Put a stakeholder at the place that the query names, as undoing a move does."""
    stakeholder, form = _own(request, pk), PlaceForm(request.GET)
    if form.is_valid():
        _place(request, stakeholder, **form.cleaned_data)
    else:
        messages.warning(
            request, _("This position is outside the grid. Choose values from 0 to 100.")
        )
    return redirect(_register(request))


@require_POST
@requires("register.write")
def stakeholder_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a stakeholder off the register."""
    stakeholder = remove_part(_own(request, pk), database_now())
    undo = reverse("stakeholders:stakeholder-restore", args=[request.programme.slug, pk])
    offer_undo(request, _("“%(name)s” is removed.") % {"name": stakeholder.name}, undo)
    return redirect(_register(request))


@require_POST
@requires("register.write")
def stakeholder_restore(request: ScopedRequest, pk: int) -> HttpResponse:
    """Put back what was removed, unless its name was given again meanwhile."""
    stakeholder = _own(request, pk, is_removed=True)
    same = Stakeholder.objects.of(request.programme).present().filter(name=stakeholder.name)
    if same.exclude(pk=pk).exists():
        text = _("Another stakeholder is now called “%(name)s”. Rename it to restore this one.")
        messages.warning(request, text % {"name": stakeholder.name})
    else:
        restore_part(stakeholder)
        messages.success(request, _("“%(name)s” is back.") % {"name": stakeholder.name})
    return redirect(_register(request))


def _form_page(request: ScopedRequest, stakeholder: Stakeholder) -> HttpResponse:
    form = StakeholderForm(request.POST or None, stakeholder, scope=request.scope)
    user, now = cast(User, request.user), database_now()
    title = stakeholder.name or _("New stakeholder")
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if accepts(form, save_stakeholder, stakeholder, form.values(), user, now, reason):
            messages.success(request, _("“%(name)s” is saved.") % {"name": stakeholder.name})
            return redirect(_page_of(stakeholder))
    context = {"form": form, "stakeholder": stakeholder, "title": title}
    return render(request, "stakeholders/stakeholder_form.html", context)


def _place(request: ScopedRequest, one: Stakeholder, power: int, interest: int) -> None:
    """Move a mark, and say where it stands now and how it gets back."""
    before = f"power={one.power}&interest={one.interest}"
    address = reverse("stakeholders:stakeholder-place", args=[request.programme.slug, one.pk])
    place(one, power, interest, cast(User, request.user), database_now())
    values: dict[str, Any] = {
        "name": one.name,
        "power": formats.number(one.power),
        "interest": formats.number(one.interest),
    }
    said = _("%(name)s: power %(power)s, interest %(interest)s.") % values
    offer_undo(request, said, f"{address}?{before}")


def _chosen(request: ScopedRequest) -> Register:
    wish = {name: request.GET.get(name, "") for name in WISHES}
    return register_of(request.scope, wish)


def _in_view(request: ScopedRequest) -> Any:
    found = Stakeholder.objects.within(request.scope).present()
    return found.select_related("programme", "region", "stream", "owner", "persona")


def _stakeholder(request: ScopedRequest, pk: int) -> Stakeholder:
    found: Stakeholder = get_object_or_404(_in_view(request), pk=pk)
    return found


def _own(request: ScopedRequest, pk: int, *, is_removed: bool = False) -> Stakeholder:
    """Return an entry to be written; 404 if the user may not read it, 403 if only read."""
    found = Stakeholder.objects.within(request.scope)
    found = found if is_removed else found.present()
    stakeholder: Stakeholder = get_object_or_404(found.select_related("programme"), pk=pk)
    if not request.scope.writes(stakeholder.stream_id, "register.write"):
        raise PermissionDenied
    return stakeholder


def _register(request: ScopedRequest) -> str:
    return reverse("stakeholders:stakeholder-list", args=[request.programme.slug])


def _page_of(stakeholder: Stakeholder) -> str:
    slug = stakeholder.programme.slug
    return reverse("stakeholders:stakeholder-show", args=[slug, stakeholder.pk])
