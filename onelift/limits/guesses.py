"""Guesses at passwords and codes become slow, and shut nobody out.

What is counted, and why so, is told in docs/decisions/sign-in-limits.md.
"""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from onelift.limits.address import address_of
from onelift.limits.device import device_of
from onelift.limits.slowing import SlowDownError
from programmes.services.attempt import Counted, Limit, count_attempt, forget_attempts, give_back

PASSWORD = "password"  # noqa: S105 (the name of a count)
CODE = "code"

# One account from one network address: colleagues behind it, and the account elsewhere, go on.
PAIR = Limit("pair", 5, 5 * 60)
# A device that the account has signed in from, wherever it is.
DEVICE = Limit("device", 10, 5 * 60)
# From one address at any accounts, by devices that none of them knows.
ADDRESS = Limit("address", 200, 10 * 60)
# At one account from anywhere, by devices that it does not know: by the second, a code has six
# digits, and whoever guesses at it has the password.
ACCOUNT = {PASSWORD: Limit("account", 100, 3600), CODE: Limit("account", 20, 3600)}
# Requests for a link to a new password: for one address, and from one network address before
# addresses without an account are no longer told that they have none.
LINKS = Limit("links", 5, 3600)
LINKS_TO_STRANGERS = Limit("links to strangers", 20, 10 * 60)


class Guess:
    """One try at the password or the code of an account."""

    def __init__(self, request: HttpRequest, kind: str, email: str) -> None:
        self.counts = counts_of(request, kind, email.strip().lower())

    def begin(self, now: datetime | None = None) -> None:
        """Count it, before it is known to be right: so those made side by side are all counted.

        Raises:
            SlowDownError: there were too many. Nothing is compared then.

        """
        wait = count_attempt(self.counts, now or timezone.now())
        if wait:
            raise SlowDownError(wait, is_sign_in=True)

    def succeed(self) -> None:
        """Take it out of the counts."""
        give_back(self.counts)


def counts_of(request: HttpRequest, kind: str, email: str) -> list[Counted]:
    """Return what a guess adds to."""
    device = device_of(request, email)
    if device:
        return [DEVICE.of(kind, email, device)]
    address = address_of(request)
    return [PAIR.of(kind, email, address), ADDRESS.of(address), ACCOUNT[kind].of(kind, email)]


def forget_guesses(request: HttpRequest, email: str) -> None:
    """Begin again for somebody who has proved to read the mails of an account."""
    email = email.strip().lower()
    address = address_of(request)
    forget_attempts([PAIR.of(PASSWORD, email, address), ACCOUNT[PASSWORD].of(PASSWORD, email)])


def may_mail_link(email: str, now: datetime) -> bool:
    """Count a request for a link to a new password, and tell whether it may be answered.

    Whoever asked does not learn it.
    """
    return not count_attempt([LINKS.of(email.strip().lower())], now)


def may_tell_strangers(request: HttpRequest, now: datetime) -> bool:
    """Count the same by network address, and tell whether addresses without an account are told.

    Accounts get their link all the same: nobody shuts a whole office out.
    """
    return not count_attempt([LINKS_TO_STRANGERS.of(address_of(request))], now)
