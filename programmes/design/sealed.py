"""Pages behind a link that is nobody else's business."""

import re
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from programmes.design.page import page_in

View = Callable[..., HttpResponse]
# What our tokens, signatures and the addresses of public events are made of.
LETTERS = re.compile(r"[A-Za-z0-9_.:-]{1,200}", re.ASCII)
# No link has it, so that a token of other letters takes the same way as any wrong one.
NOBODYS = "-"


def sealed(view: View) -> View:
    """Keep a page out of caches and search engines, and its address out of other sites' logs.

    The view gets the token of its address, or ``NOBODYS`` for one that cannot be ours: a database
    refuses to compare a text that holds NUL.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **more: int) -> HttpResponse:
        response = view(request, letters_of(token), **more)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def letters_of(token: str) -> str:
    """Return a token as it is, or ``NOBODYS`` if one of its letters stands in no token of ours."""
    return token if LETTERS.fullmatch(token) else NOBODYS


def opens_nothing(request: HttpRequest) -> HttpResponse:
    """Answer a link that names nothing, in the language of the browser; the same for each (404)."""
    language = translation.get_language_from_request(request)
    return HttpResponse(page_in(language, "public/opens_nothing.html", {}), status=404)
