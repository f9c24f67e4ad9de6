"""The kit of the site at which an event is: what hosts see of kits, to look at."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from communications.kits.queries.kit_shelf import picture_at, places_at, shelf_of
from events.views.event import event_in
from programmes.access import ScopedRequest, requires


@require_GET
@requires("event.read")
def event_kit(request: ScopedRequest, slug: str) -> HttpResponse:
    """Show what is published for the site of an event, in one language."""
    event = event_in(request, slug)
    language = request.GET.get("lang") or get_language() or "en"
    places = places_at(request.programme, event.site)
    shelves = [shelf for place in places if (shelf := shelf_of(place, language)).folders]
    languages = sorted({code for shelf in shelves for code in shelf.languages})
    context = {"event": event, "shelves": shelves, "languages": languages}
    return render(request, "events/event_kit.html", context)


@require_GET
@requires("event.read")
@cache_control(private=True, max_age=3600)
def event_kit_picture(request: ScopedRequest, slug: str, pk: int) -> HttpResponse:
    """Show the first page of one of these files small; a version never changes."""
    event = event_in(request, slug)
    picture = picture_at(places_at(request.programme, event.site), pk)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/png")
