"""What a monitor or a load balancer asks, without signing in."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onelift.dashboards.queries.health import health


@require_GET
@never_cache
def health_show(request: HttpRequest) -> JsonResponse:
    """Say how the parts are, with 503 if one of them keeps the portal from its work."""
    found = health()
    return JsonResponse(found.as_dict(), status=200 if found.is_well else 503)
