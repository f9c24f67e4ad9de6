"""The feeds that intranet servers read, each at an address that only its server knows."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_GET

from communications.groups.queries.feed import changed_at, entries_of, feed_url, find_feed
from communications.groups.rendering.feed import feed_xml


@require_GET
def feed_show(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Show what is published in a feed; 404 for every address that is none."""
    feed = find_feed(pk, token)
    if feed is None:
        raise Http404
    changed = changed_at(feed)
    xml = feed_xml(
        feed.programme, feed.name, feed.language, feed_url(feed), entries_of(feed), changed
    )
    return unless_known(request, xml, int(changed.timestamp()))


def unless_known(request: HttpRequest, xml: str, changed: int) -> HttpResponse:
    """Answer with the feed, or with 304 if the reader has it; ``changed`` is in Unix seconds."""
    response = HttpResponse(xml, content_type="application/atom+xml; charset=utf-8")
    response["ETag"] = f'"{hashlib.sha256(xml.encode()).hexdigest()[:32]}"'
    response["Last-Modified"] = http_date(changed)
    response["Cache-Control"] = "no-cache"
    answer = get_conditional_response(request, response["ETag"], changed, response)
    return answer if isinstance(answer, HttpResponse) else response
