"""Answering HEAD wherever GET is answered: monitors and link checkers ask so."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class HeadMiddleware:
    """Asks a view that refuses HEAD for its GET; the server leaves the content out.

    A view that knows HEAD is asked once: to open a link means more there than to look whether it is
    there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, at a second try as GET."""
        response = self.get_response(request)
        if request.method != "HEAD" or "GET" not in response.get("Allow", ""):
            return response
        request.method = "GET"
        response = self.get_response(request)
        request.method = "HEAD"
        return response
