"""What hangs at the site of an event: its kit, and the poster and code of the event itself."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from communications.kits.documents import UnfitError
from communications.kits.queries.kit_shelf import picture_at, places_at, shelf_of
from events.rendering.code import code_svg
from events.services.poster import poster_of, public_link
from events.views.event import event_in
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now


@require_GET
@requires("event.read")
def event_kit(request: ScopedRequest, slug: str) -> HttpResponse:
    """Show what is published for the site of an event, in one language."""
    event = event_in(request, slug)
    language = request.GET.get("lang") or get_language() or "en"
    places, today = places_at(request.programme, event.site), database_now().date()
    shelves = [shelf for place in places if (shelf := shelf_of(place, language, today)).folders]
    languages = sorted({code for shelf in shelves for code in shelf.languages})
    context = {"event": event, "shelves": shelves, "languages": languages}
    return render(request, "events/event_kit.html", context)


@require_GET
@requires("event.read")
@cache_control(private=True, max_age=3600)
def event_kit_picture(request: ScopedRequest, slug: str, pk: int) -> HttpResponse:
    """Show the first page of one of these files small; a version never changes."""
    event = event_in(request, slug)
    places, today = places_at(request.programme, event.site), database_now().date()
    picture = picture_at(places, pk, today)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/png")


@require_GET
@requires("event.read")
def event_poster(request: ScopedRequest, slug: str) -> HttpResponse:
    """Give the poster of an event as a PDF, in a language."""
    event = event_in(request, slug)
    language = request.GET.get("lang", "")
    language = language if language in request.programme.languages else get_language() or "en"
    try:
        made = poster_of(event, language, database_now())
    except UnfitError:
        messages.error(request, _("The title is too long for a poster. Shorten it."))
        return redirect("events:event-show", request.programme.slug, event.slug)
    return _file(made, "application/pdf", f"{event.slug}-{language}.pdf")


@require_GET
@requires("event.read")
def event_code(request: ScopedRequest, slug: str) -> HttpResponse:
    """Give the code that leads to the public page as a picture."""
    event = event_in(request, slug)
    return _file(code_svg(public_link(event)).encode(), "image/svg+xml", f"{event.slug}.svg")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=kind, headers=named)
