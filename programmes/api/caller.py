"""Who calls: the token of another system, which opens one programme and some rights."""

from typing import cast

from django.http import HttpRequest

from programmes.api.refusal import RefusedError
from programmes.models import ApiToken


def caller_with(request: HttpRequest, right: str) -> ApiToken:
    """Return the token of a request, if it opens what is asked; else raise RefusedError."""
    token = cast(ApiToken, request.auth)  # type: ignore[attr-defined]
    if not token.opens(right):
        raise RefusedError(
            403,
            f"This token does not have the right {right}.",
            "Make a token with this right under Settings, API tokens.",
        )
    return token
