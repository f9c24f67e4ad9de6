"""Which token a call shows, and how often it may call.

A session opens nothing here: another page in the same browser could use it.
"""

from django.http import HttpRequest
from ninja.security import HttpBearer

from onelift.limits.address import address_of
from programmes.api.refusal import RefusedError
from programmes.database.clock import database_now
from programmes.models import ApiToken
from programmes.services.attempt import Counted, Limit, count_attempt
from programmes.services.token import find_token, note_use
from stakeholders.accounts.access import may_make_tokens

# Of one token, and of one network address with tokens that open nothing.
CALLS = Limit("calls", 120, 60)
WRONG_TOKENS = Limit("wrong tokens", 30, 60)


class TokenAuth(HttpBearer):
    """A token in the header ``Authorization: Bearer``."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Return the token's row, or None if it opens nothing; raises RefusedError if too often."""
        now = database_now()
        found = find_token(token, now)
        if found is None or not may_make_tokens(found.made_by, found.programme):
            _count(WRONG_TOKENS.of(address_of(request)))
            return None
        _count(CALLS.of(str(found.pk)))
        note_use(found, now)
        return found


def _count(counted: Counted) -> None:
    wait = count_attempt([counted], database_now())
    if wait:
        what_to_do = f"Try again in {wait} seconds."
        raise RefusedError(429, "Too many calls.", what_to_do, wait=wait)


def missing_token() -> RefusedError:
    """Return what is said to a call without a token, or with one that opens nothing."""
    return RefusedError(
        401,
        "The token is missing, expired or revoked.",
        "Send the header “Authorization: Bearer TOKEN”. Programme managers make tokens under"
        " Settings, API tokens.",
    )
