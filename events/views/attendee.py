"""Who is registered for an event: the list, its file, and taking somebody off it."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from events.models import Registration
from events.queries.attendee import CAME, MISSING, attendees, cells_of, doubts_of
from events.queries.event import event_lines
from events.services.registration import ClosedError, withdraw
from events.views.event import event_in, own_event
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.paging import page_of
from stakeholders.people.exports import table_file

PER_PAGE = 50


@require_GET
@requires("event.names")
def attendee_list(request: ScopedRequest, slug: str) -> HttpResponse:
    """Show who has a seat, who waits and who came."""
    event = event_in(request, slug)
    [line] = event_lines([event])
    is_over = event.ends_at < database_now()
    states = [
        (Registration.State.GOING, _("With a seat"), line.going),
        (Registration.State.WAITING, _("Waiting"), line.waiting),
        (CAME, _("Checked in"), line.came),
        (MISSING, _("Absent") if is_over else _("Not here yet"), line.missed),
        (Registration.State.CANCELLED, _("Cancelled"), None),
    ]
    if request.GET.get("q"):
        # Part of a name narrows each of them, and nobody has counted that.
        states = [(key, word, None) for key, word, _n in states]
    context = {
        "event": event,
        "line": line,
        "page": page_of(request, attendees(event, request.GET), PER_PAGE),
        "states": states,
        "doubts": doubts_of(event) if request.scope.may("dispatch.resolve") else [],
        "may_write": request.scope.may("event.write"),
    }
    return render(request, "events/attendee_list.html", context)


@require_GET
@requires("event.names")
def attendee_export(request: ScopedRequest, slug: str, kind: str) -> HttpResponseBase:
    event = event_in(request, slug)
    headings = [pgettext("person", "Name"), _("Site"), _("State"), _("Checked in at")]
    return table_file(
        f"{event.slug}-attendees", kind, headings, cells_of(attendees(event, request.GET))
    )


@require_POST
@requires("event.write")
def attendee_withdraw(request: ScopedRequest, slug: str, pk: int) -> HttpResponse:
    """Give somebody's seat back for them; they get a mail."""
    event = own_event(request, slug)
    registration = get_object_or_404(event.registrations, pk=pk)
    try:
        withdraw(registration, database_now())
        messages.success(request, _("%(name)s has been removed.") % {"name": registration.name})
    except ClosedError:
        messages.error(
            request, _("The event has begun, or this person has checked in. Nothing was changed.")
        )
    return redirect("events:attendee-list", request.programme.slug, event.slug)
