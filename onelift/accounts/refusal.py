"""A form that is refused because nobody knows which page sent it: what the visitor is told."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer with the cause: the page was opened at another address, or a long time ago.

    The first is a wrong address, or a proxy that does not pass on ``Host`` with its port.
    """
    origin = request.headers.get("Origin", "")
    ours = (settings.PUBLIC_URL, f"{request.scheme}://{request.get_host()}")
    context = {"is_elsewhere": bool(origin) and origin not in ours, "portal": settings.PUBLIC_URL}
    return render(request, "403_csrf.html", context, status=403)
