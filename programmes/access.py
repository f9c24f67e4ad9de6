"""The guard in front of each view that belongs to a programme."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from programmes.models import Programme
from programmes.scope import Scope


class ScopedRequest(HttpRequest):
    """A request on which ``stakeholders.middleware.ScopeMiddleware`` has set what may be seen."""

    scope: Scope
    programme: Programme


View = Callable[..., HttpResponseBase]


def requires(action: str) -> Callable[[View], View]:
    """Guard a view whose URL names a programme: sign-in, then 404 out of scope, then 403.

    The view no longer takes the programme's slug; it finds the programme on the request.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: ScopedRequest, programme: str, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if getattr(request, "programme", None) is None:
                raise Http404
            if not request.scope.may(action):
                raise PermissionDenied
            return view(request, **kwargs)

        guarded.required_action = action  # type: ignore[attr-defined]
        return guarded

    return guard


def asks_second_factor(view: View) -> View:
    """Mark a view as open to those alone who could open the administration.

    ``stakeholders.middleware.SecondFactorMiddleware`` keeps the others out.
    """
    view.asks_second_factor = True  # type: ignore[attr-defined]
    return view


def requires_installation(action: str) -> Callable[[View], View]:
    """Guard a view of the installation, whatever its URL names: sign-in, then 403.

    Its scope is over all programmes; ``request.programme`` is not set.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: ScopedRequest, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.scope.may(action):
                raise PermissionDenied
            return view(request, **kwargs)

        guarded.is_of_installation = True  # type: ignore[attr-defined]
        guarded.required_action = action  # type: ignore[attr-defined]
        return guarded

    return guard
