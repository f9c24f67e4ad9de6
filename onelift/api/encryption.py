"""Calls that came unencrypted are refused: a redirect would hide that the token was readable."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from onelift.api.portal import answer
from programmes.api.refusal import RefusedError


class EncryptedCallsMiddleware:
    """Refuses calls over HTTP before the redirect that takes pages to HTTPS.

    ASVS 5.0.0, 4.1.2: a program follows the redirect, and nobody notices the wrong address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse, or let the others answer."""
        is_call = request.path_info.startswith("/api/")
        if is_call and settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return _refused(request)
        return self.get_response(request)


def _refused(request: HttpRequest) -> HttpResponse:
    refusal = RefusedError(
        403,
        "This call came unencrypted, so others may have read its token.",
        "Use https:// in the address, revoke the token and create another.",
    )
    return answer(request, refusal)
