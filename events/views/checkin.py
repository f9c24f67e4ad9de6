"""The door of an event, on a host's phone: scan, type a code, find by name, walk-in, undo."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from events.forms.checkin import WalkInForm
from events.models import CheckIn, Event, Registration
from events.queries.checkin import door_of, found_at_door, person_called, with_code
from events.rendering.code import code_in
from events.services.checkin import CheckInResult, check_in, undo
from events.services.registration import ClosedError, walk_in
from events.views.event import event_in
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now

UNKNOWN, FULL, UNDONE = "unknown", "full", "undone"


@require_GET
@requires("event.check_in")
def checkin_show(request: ScopedRequest, slug: str) -> HttpResponse:
    """Show the door; a script asks for what moves alone."""
    return _page(request, event_in(request, slug))


@require_POST
@requires("event.check_in")
def checkin_scan(request: ScopedRequest, slug: str) -> HttpResponse:
    """Let in whom a code or a row of the search names."""
    event = event_in(request, slug)
    registration = _named(request, event)
    if registration is None:
        return _page(request, event, said=UNKNOWN, code=request.POST.get("code", ""))
    return _told(request, event, check_in(registration, request.user, database_now()))  # type: ignore[arg-type]


@require_POST
@requires("event.check_in")
def checkin_walk_in(request: ScopedRequest, slug: str) -> HttpResponse:
    """Let in somebody who had not registered, if a seat is free."""
    event, form, now = event_in(request, slug), WalkInForm(request.POST), database_now()
    if not form.is_valid():
        return _page(request, event, walk_in=form)
    who = form.cleaned_data["who"]
    person = person_called(who, event)
    try:
        registration = walk_in(event, now, person=person, name=who)
    except ClosedError:
        return _page(request, event, said=FULL, walk_in=form)
    return _told(request, event, check_in(registration, request.user, now))  # type: ignore[arg-type]


@require_POST
@requires("event.check_in")
def checkin_undo(request: ScopedRequest, slug: str, pk: int) -> HttpResponse:
    """Take a check-in of this event away."""
    event = event_in(request, slug)
    rows = CheckIn.objects.filter(registration__event=event)
    row = get_object_or_404(rows.select_related("registration__person"), pk=pk)
    undo(row, request.user, database_now())  # type: ignore[arg-type]
    return _page(request, event, said=UNDONE, registration=row.registration)


def _named(request: ScopedRequest, event: Event) -> Registration | None:
    key = request.POST.get("registration", "")
    if key.isascii() and key.isdigit() and len(key) < 18:
        return event.registrations.filter(pk=int(key)).first()
    return with_code(event, code_in(request.POST.get("code", "")))


def _told(request: ScopedRequest, event: Event, answer: CheckInResult) -> HttpResponse:
    row = answer.check_in
    return _page(request, event, said=answer.kind, registration=answer.registration, check_in=row)


def _page(request: ScopedRequest, event: Event, **said: Any) -> HttpResponse:
    """Answer with the whole page, or with what a script puts into it."""
    text = request.GET.get("q", "")
    context = {
        "event": event,
        "door": door_of(event),
        "code": code_in(request.GET.get("code", "")),
        "q": text,
        "found": found_at_door(event, text),
        "walk_in": WalkInForm(),
        **said,
    }
    response = render(request, f"events/{_template(request)}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _template(request: ScopedRequest) -> str:
    if not request.headers.get("HX-Request"):
        return "checkin"
    return "_checkin_found" if "q" in request.GET else "_checkin_answer"
