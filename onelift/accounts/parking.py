"""A form that is sent after the session has ended: the way back to it, with what was typed.

Where scripts run, the browser keeps the words (static/js/draft.js) and only needs the way. Without
them the fields wait half an hour, encrypted with a key that only a cookie of this browser holds.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from onelift.limits.address import address_of
from onelift.limits.back import match_at, way_back
from onelift.limits.device import account_name, last_account
from programmes.design.back import own_path
from programmes.services.attempt import Limit, count_attempt
from stakeholders.accounts.forms.draft import MOST_BYTES, SECRET
from stakeholders.middleware import KEPT_DRAFT, LED_ON

COOKIE = "onelift_typed"
SECONDS = 30 * 60
# From one network address: whoever parks has not signed in.
PARKED = Limit("parked", 20, 10 * 60)
NOT_TYPED = ("csrfmiddlewaretoken", KEPT_DRAFT)


@dataclass(frozen=True)
class Parked:
    """What somebody sent who was no longer signed in.

    Attributes:
        action: where the form is sent.
        fields: name → values.
        account: the name of the account that had signed in last from this browser, if one had.

    """

    action: str
    fields: dict[str, list[str]]
    account: str


class ParkingMiddleware:
    """Leads from a form that met an ended session to the sign-in, and from there back to it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; what waits is forgotten once it is saved."""
        response = self.get_response(request)
        if request.method != "POST" or response.status_code not in LED_ON:
            return response
        if _asks_to_sign_in(request, response):
            return _with_words(request)
        if COOKIE in request.COOKIES and _was_parked(request):
            cache.delete(_place(request.COOKIES[COOKIE]))
            response.delete_cookie(COOKIE)
        return response


def parked_for(request: HttpRequest) -> Parked | None:
    """Return what this browser sent before its user signed in again."""
    key = request.COOKIES.get(COOKIE, "")
    hidden = cache.get(_place(key))
    if hidden is None:
        return None
    try:
        parked = Parked(**json.loads(Fernet(key).decrypt(hidden)))
    except (InvalidToken, ValueError):
        return None
    is_theirs = parked.account in ("", account_name(request.user.email))  # type: ignore[union-attr]
    return parked if is_theirs else None


def has_words(values: list[str]) -> bool:
    """Tell whether somebody typed this: keys and codes hold no spaces."""
    return any(" " in value.strip() or "\n" in value.strip() for value in values)


def _was_parked(request: HttpRequest) -> bool:
    """Tell whether the form that waits has been sent once more."""
    parked = parked_for(request) if request.user.is_authenticated else None
    return parked is not None and parked.action == request.get_full_path()


def _asks_to_sign_in(request: HttpRequest, response: HttpResponseBase) -> bool:
    is_way_in = request.path.startswith(reverse("account_login"))
    return response.headers.get("Location", "").startswith(settings.LOGIN_URL) and not is_way_in


def _with_words(request: HttpRequest) -> HttpResponseBase:
    """Lead to the sign-in and then to the page of the form; without a script, to what was typed."""
    kept = request.POST.get(KEPT_DRAFT, "")
    parked = Parked(request.get_full_path(), _typed_in(request), last_account(request))
    if (kept and not kept.startswith("!")) or not _may_park(request, parked):
        return redirect_to_login(_page_of(request))
    response = redirect_to_login(reverse("account_typed"))
    response.set_cookie(
        COOKIE,
        _park(parked),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _park(parked: Parked) -> str:
    """Keep it for half an hour, and return the key that opens it."""
    key = Fernet.generate_key()
    hidden = Fernet(key).encrypt(json.dumps(asdict(parked)).encode())
    cache.set(_place(key.decode()), hidden, SECONDS)
    return key.decode()


def _typed_in(request: HttpRequest) -> dict[str, list[str]]:
    return {
        name: values
        for name, values in request.POST.lists()
        if name not in NOT_TYPED and not SECRET.search(name)
    }


def _may_park(request: HttpRequest, parked: Parked) -> bool:
    """Tell whether there are words to keep, not too many, and not too often."""
    if not any(has_words(values) for values in parked.fields.values()):
        return False
    is_large = len(json.dumps(parked.fields)) > MOST_BYTES
    return not is_large and not count_attempt([PARKED.of(address_of(request))], timezone.now())


def _page_of(request: HttpRequest) -> str:
    """Return the page on which the form stood, or the nearest that shows one."""
    ours = f"{request.scheme}://{request.get_host()}/"
    referer = request.headers.get("Referer", "")
    came = own_path("/" + referer.removeprefix(ours)) if referer.startswith(ours) else ""
    if came and match_at(came.partition("?")[0]):
        return came
    nearest = way_back(request)
    return request.get_full_path() if nearest == request.path_info else nearest


def _place(key: str) -> str:
    return "parked:" + hashlib.sha256(key.encode()).hexdigest()
