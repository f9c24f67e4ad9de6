"""The page that somebody came from."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def own_path(wanted: str) -> str:
    """Return the path of this site that a form asks to go back to, or nothing."""
    is_own = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_own else ""


def came_from(request: HttpRequest) -> str:
    """Return the path of this site that the address of a form names as ``next``, or nothing."""
    return own_path(request.GET.get("next", ""))


def next_path(request: HttpRequest) -> str:
    """Return the path of this site that a form asks to go back to, or nothing."""
    return own_path(request.POST.get("next") or request.GET.get("next") or "")
