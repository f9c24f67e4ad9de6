"""Pages of the installation as they would be if their guard failed.

Whoever passes the guard may see all rows there, so that no reader notices whether a wall stands
behind it. Somebody without a role is let past the guard, and must meet the wall.
"""

from collections.abc import Callable, Iterator
from inspect import unwrap
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.test import Client, override_settings
from django.urls import resolve

from tests.canaries.replaying import Tried, ask

# Otto, who has an account and no role.
INTRUDER = "intruder"
# Who opens the pages of the installation.
INSTALLED = ("hana", "dora", "ada")


class LetIn:
    """Middleware that leaves the guard of the installation's pages out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
        is_guarded = getattr(view, "is_of_installation", False)
        return unwrap(view)(request, *args, **kwargs) if is_guarded else None


def let_in(client: Client) -> Client:
    """Return a client that no guard of the installation keeps out."""
    with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, f"{__name__}.LetIn"]):
        client.handler.load_middleware()
    return client


def intrusions(ground: Any) -> Iterator[Tried]:
    """Yield what comes of the installation's pages when the intruder asks for them."""
    walk = ground.walk(INTRUDER)
    for reader in INSTALLED:
        for address, status in ground.walk(reader).answers.items():
            if status < 400 and is_of_installation(address):
                yield ask(walk, ground.words, INTRUDER, address)


def is_of_installation(address: str) -> bool:
    """Tell whether a guard of the installation stands before an address."""
    return getattr(resolve(urlsplit(address).path).func, "is_of_installation", False)
