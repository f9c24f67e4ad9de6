"""The OpenAPI document, and what is said where there is nothing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from onelift.api.portal import portal, say_nothing_there
from programmes.access import ScopedRequest, requires


@require_GET
@requires("token.write")
def document_show(request: ScopedRequest) -> HttpResponse:
    """Describe the interface to programs, for those who may make tokens."""
    root = reverse("api:v1:api-root")
    document = portal.get_openapi_schema(path_prefix=root)
    return portal.create_response(request, document, status=200)


@csrf_exempt
def nothing_show(request: HttpRequest, rest: str) -> HttpResponse:
    """Say as JSON that there is nothing; it reads and changes nothing."""
    return say_nothing_there(request, Http404())
