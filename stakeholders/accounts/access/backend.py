"""Which accounts sign in."""

from typing import Any, cast

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from stakeholders.accounts.models import User


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """Finds accounts by mail address, and keeps those of the demonstration out of production.

    Their passwords lie in a file; a database that once held the demonstration must not be open
    to whoever has read it. Django asks again at each request: a session does not outlive it.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Return the account that these credentials open; an earlier address opens none."""
        user = _admitted(super().authenticate(request, **credentials))
        typed = credentials.get("email")
        return user if user and (not typed or typed.lower() == user.email.lower()) else None

    def get_user(self, user_id: int) -> User | None:
        return _admitted(super().get_user(user_id))


def _admitted(user: User | None) -> User | None:
    is_shut_out = user and user.is_demonstration and not settings.EMBEDDED
    return None if is_shut_out else user


def lacks_second_factor(user: User) -> bool:
    """Tell whether an account must set a second factor up before it does what needs one."""
    return _needs_second_factor(user) and not is_mfa_enabled(user)


def lacks_code(request: HttpRequest) -> bool:
    """Tell whether no code was typed in this session, though its user needs a second factor.

    A code in another session of the account does not count.
    """
    user = cast(User, request.user)
    records = get_authentication_records(request, user)
    return _needs_second_factor(user) and all(record["method"] != "mfa" for record in records)


def _needs_second_factor(user: User) -> bool:
    return settings.ADMIN_SECOND_FACTOR and user.is_staff
