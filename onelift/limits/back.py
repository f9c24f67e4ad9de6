"""The way back from a request that was refused: some addresses take forms and show nothing."""

from collections.abc import Callable, Iterator
from inspect import getclosurevars, isfunction
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve, reverse


def way_back(request: HttpRequest) -> str:
    """Return the address itself if it shows a page, else the nearest above it that does."""
    named = match_at(request.path_info)
    shown = (path for path in _upwards(request.path_info) if _shows_page(path, named))
    return next(shown, reverse("stakeholders:home-show"))


def _upwards(path: str) -> Iterator[str]:
    """Yield an address and each above it, all but the root."""
    parts = path.strip("/").split("/")
    yield path
    yield from (f"/{'/'.join(parts[:count])}/" for count in range(len(parts) - 1, 0, -1))


def _shows_page(path: str, named: ResolverMatch | None) -> bool:
    """Tell whether an address shows a page of the rows that the refused one named."""
    match = match_at(path)
    if match is None or named is None:
        return False
    return _rows_in(match).items() <= named.kwargs.items() and _answers_get(match.func)


def _rows_in(match: ResolverMatch) -> dict[str, Any]:
    """Return what an address names itself, without what its route adds for the view."""
    # Which Django has, and its types do not know.
    added: dict[str, Any] = vars(match)["extra_kwargs"] or {}
    return {name: value for name, value in match.kwargs.items() if name not in added}


def match_at(path: str) -> ResolverMatch | None:
    """Return the route of an address; None if there is none."""
    try:
        return resolve(path)
    except Resolver404:
        return None


def _answers_get(view: Callable[..., Any] | None) -> bool:
    """Tell whether a view takes GET, by the methods that ``require_http_methods`` keeps."""
    while isfunction(view):
        methods = getclosurevars(view).nonlocals.get("request_method_list")
        if methods is not None:
            return "GET" in methods
        view = getattr(view, "__wrapped__", None)
    return True
