"""Copying an event, and deleting one that is still a draft."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communications.messages.services.refusal import RefusedError
from events.services.copying import copy_event, delete_event
from events.views.event import own_event
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.views.once import once


@require_POST
@requires("event.write")
@once
def event_copy(request: ScopedRequest, slug: str) -> HttpResponse:
    """Make an event like one, and go on to write it."""
    made = copy_event(own_event(request, slug), request.user, database_now())  # type: ignore[arg-type]
    messages.success(request, _("This is a draft copy. The original is unchanged."))
    return redirect("events:event-edit", request.programme.slug, made.slug)


@require_POST
@requires("event.write")
def event_delete(request: ScopedRequest, slug: str) -> HttpResponse:
    """Delete a draft, and go back to the list."""
    event, programme = own_event(request, slug), request.programme.slug
    title = str(event)
    try:
        delete_event(event)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("events:event-show", programme, slug)
    messages.success(request, _("“%(title)s” has been deleted.") % {"title": title})
    return redirect("events:event-list", programme)
