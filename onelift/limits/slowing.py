"""Asking somebody to slow down: no thread waits, the answer says how long."""

from collections.abc import Callable
from math import ceil

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from onelift.limits.address import address_of
from programmes.services.attempt import Limit, count_attempt

# Addresses that open nothing, asked for from one network address.
MISSES = Limit("misses", 120, 60)


class SlowDownError(Exception):
    """Too many attempts.

    Attributes:
        seconds: how long to wait.
        is_sign_in: whether the page is to say how else one can sign in.

    """

    def __init__(self, seconds: int, *, is_sign_in: bool = False) -> None:
        super().__init__(f"Try again in {seconds} s")
        self.seconds, self.is_sign_in = seconds, is_sign_in


class SlowingMiddleware:
    """Answers 429 to guesses: at passwords where a view says so, at links by itself.

    A link that opens something always does: whoever guesses beside its owner cannot shut it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Count links that open nothing; beyond so many, say that instead."""
        response = self.get_response(request)
        if response.status_code != 404 or not is_by_link(request):
            return response
        wait = count_attempt([MISSES.of(address_of(request))], timezone.now())
        return slow_down(request, SlowDownError(wait)) if wait else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a view that asks to slow down."""
        return slow_down(request, error) if isinstance(error, SlowDownError) else None


def is_by_link(request: HttpRequest) -> bool:
    """Tell whether the address is that of a personal link, a ticket, a kit or a feed."""
    match = request.resolver_match
    return match is not None and "token" in match.kwargs


def slow_down(request: HttpRequest, error: SlowDownError) -> HttpResponse:
    """Return the page that says how long to wait."""
    template = "429.html" if error.is_sign_in else "public/too_many.html"
    response = render(request, template, {"minutes": ceil(error.seconds / 60)}, status=429)
    response["Retry-After"] = str(error.seconds)
    response["Cache-Control"] = "no-store"
    return response
