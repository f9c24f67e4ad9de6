"""Pages behind a link that is nobody else's business."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from programmes.rendering.page import page_in

View = Callable[..., HttpResponse]


def sealed(view: View) -> View:
    """Keep a page out of caches and search engines, and its address out of other sites' logs."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **more: int) -> HttpResponse:
        response = view(request, token, **more)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def opens_nothing(request: HttpRequest) -> HttpResponse:
    """Answer a link that names nothing, in the language of the browser; the same for each (404)."""
    language = translation.get_language_from_request(request)
    return HttpResponse(page_in(language, "public/opens_nothing.html", {}), status=404)
