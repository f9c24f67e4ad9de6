"""How large a request may be: what everybody may send, and the one table of routes that take more.

The server asks when it has read a head that announces more than everybody may send, before it reads
on; see ``onelift.serving.channel``. Under another server the answer is the same, only later.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import ResolverMatch

from onelift.limits.back import match_at, way_back
from onelift.serving.channel import QUESTION
from onelift.serving.request import COMMON_BYTES
from programmes.api.refusal import RefusedError
from programmes.reading.limits import MEGABYTE, REFERENCE_FILE
from programmes.scope import NOBODY
from stakeholders.importing.reading.manner import PEOPLE_FILE, SITES_FILE
from stakeholders.middleware import ScopeMiddleware
from stakeholders.register.reading.impacts import IMPACTS_FILE
from stakeholders.register.reading.values import VALUES_FILE

# A file travels with the other fields of its form.
REST_OF_FORM = MEGABYTE
TABLE_BYTES = 10 * MEGABYTE
ADMIN = "admin"
# What programs call: they are answered as JSON.
API = "/api/"


@dataclass(frozen=True)
class Body:
    """What a route takes at most, and from whom.

    Attributes:
        most: bytes.
        right: an action that a role must allow in the programme that the address names, or in the
            installation where it names none; in the admin, the permission that staff must have.

    """

    most: int
    right: str


# route → what it takes. Whoever lacks the right, and who has not signed in, sends no more
# than everybody; so does everybody on all other routes.
BODIES: dict[str, Body] = {
    "stakeholders:import-add": Body(PEOPLE_FILE.file_bytes + REST_OF_FORM, "import.run"),
    "start:sites-import": Body(SITES_FILE.file_bytes + REST_OF_FORM, "site.import"),
    "stakeholders:impact-import": Body(IMPACTS_FILE.file_bytes + REST_OF_FORM, "register.write"),
    "stakeholders:values-import": Body(VALUES_FILE.file_bytes + REST_OF_FORM, "stream.write"),
    "exchange:glossary-import": Body(TABLE_BYTES, "text.write"),
    "exchange:text-import": Body(TABLE_BYTES, "text.write"),
    # Logos are 300 KB at most; who chooses a larger picture reads that beside the field.
    "programmes:brand-edit": Body(20 * MEGABYTE, "setup.write"),
    **{
        f"admin:programmes_{name}_import": Body(
            REFERENCE_FILE.file_bytes + REST_OF_FORM, f"programmes.add_{name}"
        )
        for name in ("businessline", "region", "service", "site", "stream")
    },
}


class BodyLimitMiddleware:
    """Refuses what is too large with a page that says so, and answers the server's question."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the page, with “go on”, or let the view."""
        length = length_of(request)
        if length > COMMON_BYTES and length > limit_for(request):
            return too_large(request)
        if QUESTION in request.META:
            return HttpResponse(status=100)
        return self.get_response(request)


def length_of(request: HttpRequest) -> int:
    """Return how many bytes the request has or announces; 0 if that is no number."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if str(told).isdecimal() else 0


def limit_for(request: HttpRequest) -> int:
    """Return how many bytes whoever asks may send to this address."""
    match = match_at(request.path_info)
    body = BODIES.get(match.view_name) if match else None
    if match is None or body is None or not _may(request, match, body.right):
        return COMMON_BYTES
    return body.most


def _may(request: HttpRequest, match: ResolverMatch, right: str) -> bool:
    if match.namespaces[:1] == [ADMIN]:
        return bool(request.user.is_staff and request.user.has_perm(right))
    ScopeMiddleware(lambda _: HttpResponse()).process_view(request, match.func, (), match.kwargs)  # type: ignore[arg-type]
    return getattr(request, "scope", NOBODY).may(right)


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer what may be sent here, in the reader's language."""
    match = match_at(request.path_info)
    largest = BODIES[match.view_name].most if match and match.view_name in BODIES else COMMON_BYTES
    limit = limit_for(request)
    if request.path_info.startswith(API):
        return too_large_call(limit)
    context = {
        "megabytes": limit // MEGABYTE,
        "back_url": way_back(request),
        "may_sign_in": largest > limit and not request.user.is_authenticated,
    }
    return render(request, "413.html", context, status=413)


def too_large_call(limit: int) -> HttpResponse:
    """Answer the same to a program."""
    error = f"The call is larger than {limit // MEGABYTE} MB."
    refusal = RefusedError(413, error, "Send less in one call.")
    headers = {"Cache-Control": "no-store"}
    return JsonResponse(refusal.body(), status=refusal.status, headers=headers)
