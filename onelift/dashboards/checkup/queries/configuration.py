"""Settings that are accepted at the start and still wrong."""

import platform
from email.utils import parseaddr
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http.request import validate_host

from communications.dispatches.services.link import lost_links
from communications.groups.queries.channel import lost_channels
from onelift.configuration.environment import EMBEDDED, strangers
from onelift.dashboards.checkup.queries.finding import Finding, fine, trouble, warning
from programmes.database.clock import database_now
from programmes.queries.key import keys

SHORTEST_KEY, FEWEST_CHARACTERS = 50, 10
NOBODYS = ("example", "example.com", "example.net", "example.org", "invalid", "localhost")


def name_version() -> Finding:
    below = f"Python {platform.python_version()} and Django {django.get_version()}"
    return fine(f"OneLift {settings.VERSION} on {below}.")


def check_variables() -> Finding:
    """Look for variables that were meant for settings."""
    found = strangers()
    return warning(" ".join(found)) if found else fine("No variable looks like a misspelt setting.")


def check_address() -> Finding:
    """Judge the address that stands in every mail."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    if not host or not validate_host(host, settings.ALLOWED_HOSTS):
        return trouble(f"The host of PUBLIC_URL, “{host}”, is not in ALLOWED_HOSTS: add it.")
    if not EMBEDDED and not settings.SERVED_SECURELY:
        return warning(f"{settings.PUBLIC_URL} is not https: passwords travel in plain text.")
    return fine(f"Mails point to {settings.PUBLIC_URL}.")


def check_key() -> Finding:
    """Judge the key on which sessions and personal links depend."""
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS:
        return trouble(
            f"SECRET_KEY can be guessed: take {SHORTEST_KEY} random characters or more. "
            "Links that are on their way stop working."
        )
    return fine("SECRET_KEY is long enough.")


def check_recorded_key() -> Finding:
    """Compare the key with the one that the database was last used with."""
    found = keys()
    if found.refusal:
        return trouble(found.refusal)
    if found.is_changed:
        return fine(f"SECRET_KEY is {found.own}, and was {found.current}: a start records it.")
    if found.current is None:
        return fine(f"SECRET_KEY is {found.own}: the first start records it.")
    return fine(f"SECRET_KEY is {found.own}, as when the database was last used.")


def check_links() -> Finding:
    """Judge whether links that are still open can be opened with the keys in use."""
    lost = lost_links(database_now())
    if lost:
        return trouble(
            f"No key opens {lost} links to surveys and events that are still valid. Add the "
            "earlier SECRET_KEY to SECRET_KEY_FALLBACKS."
        )
    return fine("All valid links can be opened.")


def check_channels() -> Finding:
    """Judge whether what opens the channels can be read with the keys in use."""
    lost = lost_channels()
    if lost:
        return trouble(
            f"No key reads what opens {', '.join(lost)}. Add the older SECRET_KEY to "
            "SECRET_KEY_FALLBACKS, or enter address and secret again."
        )
    return fine("What opens the channels can be read.")


def check_proxies() -> Finding:
    """Judge by whose address attempts to sign in are counted."""
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if settings.SERVED_SECURELY and not count:
        return warning(
            "TRUSTED_PROXY_COUNT is 0 though a proxy ends TLS: all visitors share one allowance "
            "of attempts to sign in. Set it to the number of your proxies."
        )
    return fine(f"{count} proxies in front are trusted.")


def check_sender() -> Finding:
    """Judge whom mails come from."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        validate_email(address)
    except ValidationError:
        return trouble(f"DEFAULT_FROM_EMAIL has no mail address: “{settings.DEFAULT_FROM_EMAIL}”.")
    if not EMBEDDED and is_nobodys(address.rpartition("@")[2]):
        return trouble(f"DEFAULT_FROM_EMAIL is {address}, which is nobody's: name your own.")
    return fine(f"Mails come from {address}.")


def is_nobodys(domain: str) -> bool:
    """Tell whether a domain is reserved for examples (RFC 2606)."""
    return any(domain == name or domain.endswith(f".{name}") for name in NOBODYS)
