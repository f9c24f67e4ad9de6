"""Settling the mails about registrations of which nobody knows whether they arrived."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from communications.dispatches.services.in_doubt import confirm, try_again
from communications.dispatches.services.waking import wake_senders
from communications.models import Act
from events.models import EventMail
from events.views.event import event_in
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now


@require_POST
@requires("dispatch.resolve")
def mail_delivered(request: ScopedRequest, slug: str, pk: int) -> HttpResponse:
    """Take somebody's word that a mail in doubt arrived."""
    confirm(mail_in(request, slug, pk), Act.DELIVERED, request.user, database_now())  # type: ignore[arg-type]
    return redirect("events:attendee-list", request.programme.slug, slug)


@require_POST
@requires("dispatch.resolve")
def mail_again(request: ScopedRequest, slug: str, pk: int) -> HttpResponse:
    """Send a mail in doubt again, on somebody's risk that it arrives twice."""
    mail, now = mail_in(request, slug, pk), database_now()
    try_again(mail, Act.AGAIN, request.user, now, wake_senders)  # type: ignore[arg-type]
    return redirect("events:attendee-list", request.programme.slug, slug)


def mail_in(request: ScopedRequest, slug: str, pk: int) -> EventMail:
    """Return a mail about a registration for an event in view; 404 without."""
    event = event_in(request, slug)
    return get_object_or_404(EventMail, registration__event=event, pk=pk)
