"""The one interface, gathered from the floors; a new router is one line here."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from onelift import version
from onelift.api.tokens import TokenAuth, missing_token
from programmes.api import objectives
from programmes.api.refusal import RefusedError

SEE_DOCUMENT = "See the OpenAPI document under Settings, API tokens."


class Portal(NinjaAPI):
    """An interface of whose answers no cache keeps any."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Return the answer that an operation fills."""
        response = super().create_temporal_response(request)
        response["Cache-Control"] = "no-store"
        return response

    def _get_urls(self) -> "list[URLResolver | URLPattern]":
        """Return the addresses; a wrong method is refused in JSON, where ninja says plain text."""
        found = super()._get_urls()
        for pattern in found:
            if pattern.callback:
                pattern.callback = with_methods(pattern.callback)
        return found


def with_methods(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view refuse a wrong method as all else is refused, with the right ones."""

    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        said = RefusedError(405, f"This address does not take {request.method}.", SEE_DOCUMENT)
        refused = answer(request, said)
        refused["Allow"] = response["Allow"]
        return refused

    return asked


portal = Portal(
    title="OneLift",
    version=version.VERSION,
    description="Each call needs a token, which opens one programme.",
    urls_namespace="v1",
    docs_url=None,
    openapi_url=None,
    auth=TokenAuth(),
)
portal.add_router("/objectives", objectives.router)


def answer(request: HttpRequest, refusal: RefusedError) -> HttpResponse:
    """Answer a refusal."""
    response = portal.create_response(request, refusal.body(), status=refusal.status)
    response["Cache-Control"] = "no-store"
    if refusal.wait:
        response["Retry-After"] = str(refusal.wait)
    if refusal.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


@portal.exception_handler(RefusedError)
def say_refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
    return answer(request, error)


@portal.exception_handler(AuthenticationError)
def say_unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return answer(request, missing_token())


@portal.exception_handler(ValidationError)
def say_wrong(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer what is wrong with each field of a call, by its name."""
    fields: dict[str, list[str]] = {}
    for one in error.errors:
        name = str(next((part for part in reversed(one["loc"]) if part != "body"), "body"))
        fields.setdefault(name, []).append(one["msg"])
    refusal = RefusedError(422, "The call cannot be read.", "Correct the fields named.", fields)
    return answer(request, refusal)


@portal.exception_handler(HttpError)
def say_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(request, RefusedError(error.status_code, str(error), SEE_DOCUMENT))


@portal.exception_handler(Http404)
def say_nothing_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return answer(request, RefusedError(404, "There is nothing at this address.", SEE_DOCUMENT))


@portal.exception_handler(RequestDataTooBig)
def say_too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    refusal = RefusedError(413, "The call is larger than 1 MB.", "Send less in one call.")
    return answer(request, refusal)
