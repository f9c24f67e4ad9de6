"""What a monitor or a load balancer asks, without signing in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from onelift.dashboards.checkup.queries.health import health
from onelift.watching.views import metrics_show


@require_safe
@never_cache
def health_show(_request: HttpRequest) -> JsonResponse:
    """Say how the parts are, with 503 if one of them keeps the portal from its work."""
    found = health()
    answer = JsonResponse(found.as_dict(), status=200 if found.is_well else 503)
    # Django would write an error each time that a monitor asks.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


@require_safe
@never_cache
def life_show(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers, whatever the others do: to start it again would not help."""
    return HttpResponse("alive", content_type="text/plain; charset=utf-8")


class HealthFirstMiddleware:
    """Answers monitors before anything asks for the session, the user or the name of the host.

    A session lies in the database, which may be what is down; and a monitor inside the network
    calls the process by an address that is no name of the portal.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.views: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
            reverse("dashboards:health-show"): health_show,
            reverse("dashboards:life-show"): life_show,
            reverse("dashboards:metrics-show"): metrics_show,
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or let the others."""
        return self.views.get(request.path_info, self.get_response)(request)
