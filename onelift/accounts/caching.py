"""What may be kept of pages that only somebody who has signed in may read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control


class PrivatePagesMiddleware:
    """Keeps pages of whoever has signed in out of shared caches, and clears them at sign-out.

    Their own browser keeps them, so that Back finds what was typed; once they have signed out,
    Back shows nothing to who sits down next. A view that says itself what may be kept is obeyed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and say what may be kept."""
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        was_known = has_session and request.user.is_authenticated
        response = self.get_response(request)
        if was_known and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache"'
        if was_known and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response
