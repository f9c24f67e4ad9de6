"""Nothing is kept of what somebody reads who has signed in."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control


class PrivatePagesMiddleware:
    """Keeps pages of those who have signed in out of all caches, on disks and on the way.

    Most of these pages name people. After sign-out, Back shows nothing to the next person at the
    same computer. A view that says itself what may be kept is obeyed: what it gives names nobody.
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
            patch_cache_control(response, private=True, no_store=True)
        return response
