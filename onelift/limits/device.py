"""Devices that signed in before: nobody else's guesses can keep them out."""

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIE = "onelift_device"
SALT = "onelift.device"
# As long as browsers keep one.
SECONDS = 400 * 24 * 3600
# People who share a device.
MOST_ACCOUNTS = 5


def device_of(request: HttpRequest, email: str) -> str:
    """Return the id of the device that asks, if this account has signed in from it; else empty."""
    told = _read(request)
    return str(told["id"]) if account_name(email) in told["accounts"] else ""


def last_account(request: HttpRequest) -> str:
    """Return the name of the account that signed in last from the device that asks; or nothing."""
    return next(iter(_read(request)["accounts"]), "")


def remember_device(request: HttpRequest, response: HttpResponseBase, email: str) -> None:
    """Let the device keep that this account has signed in from it."""
    told, name = _read(request), account_name(email)
    others = [each for each in told["accounts"] if each != name]
    told["accounts"] = [name, *others][:MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps(told, salt=SALT),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        told = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return {"id": secrets.token_hex(16), "accounts": []}
    return dict(told)


def account_name(email: str) -> str:
    """Return what an account is called in the cookie."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]
