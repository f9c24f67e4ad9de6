"""What Prometheus reads."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest

from onelift.watching.figures import Figures
from onelift.watching.pages import counted

PLAIN = "text/plain; version=0.0.4; charset=utf-8"
FORWARDED = ("Forwarded", "X-Forwarded-For")


@require_safe
@never_cache
def metrics_show(request: HttpRequest) -> HttpResponse:
    """Tell the figures to whoever has the token; without one, to this machine if embedded."""
    if settings.METRICS_TOKEN and not has_token(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    if not settings.METRICS_TOKEN and not is_at_home(request):
        return HttpResponse(status=404)
    registry = CollectorRegistry()
    registry.register(Figures())
    figures = generate_latest(registry) + generate_latest(counted())
    return HttpResponse(figures, content_type=PLAIN)


def has_token(request: HttpRequest) -> bool:
    """Tell whether a request shows the token of the settings."""
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and constant_time_compare(token.strip(), settings.METRICS_TOKEN)


def is_at_home(request: HttpRequest) -> bool:
    """Tell whether this is the embedded mode, and no proxy has let somebody in from elsewhere."""
    is_forwarded = any(name in request.headers for name in FORWARDED)
    return bool(settings.METRICS_ARE_OPEN) and not is_forwarded
