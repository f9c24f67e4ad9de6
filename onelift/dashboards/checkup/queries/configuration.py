"""Settings that are accepted at the start and still wrong."""

import platform
from email.utils import parseaddr
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http.request import validate_host
from django.utils.translation import gettext as _

from communications.dispatches.services.link import lost_links
from communications.groups.queries.channel import lost_channels
from onelift.configuration.environment import EMBEDDED, misspelt_here
from onelift.dashboards.checkup.queries.finding import Finding, fine, trouble, warning
from programmes.database.clock import database_now
from programmes.queries.key import keys

SHORTEST_KEY, FEWEST_CHARACTERS = 50, 10
NOBODYS = ("example", "example.com", "example.net", "example.org", "invalid", "localhost")


def name_version() -> Finding:
    below = {"python": platform.python_version(), "django": django.get_version()}
    words = _("OneLift %(own)s on Python %(python)s and Django %(django)s.")
    return fine(words % {"own": settings.VERSION, **below})


def check_variables() -> Finding:
    """Look for variables that were meant for settings."""
    words = _("%(name)s is not a setting: did you mean %(meant)s?")
    found = [words % {"name": name, "meant": meant} for name, meant in misspelt_here().items()]
    if found:
        return warning(" ".join(found))
    return fine(_("No variable looks like a misspelt setting."))


def check_address() -> Finding:
    """Judge the address that stands in every mail."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    if not host or not validate_host(host, settings.ALLOWED_HOSTS):
        words = _("The host of PUBLIC_URL, “%(host)s”, is not in ALLOWED_HOSTS: add it.")
        return trouble(words % {"host": host})
    if not EMBEDDED and not settings.SERVED_SECURELY:
        words = _("%(address)s does not use HTTPS: passwords are sent in plain text.")
        return warning(words % {"address": settings.PUBLIC_URL})
    return fine(_("Emails link to %(address)s.") % {"address": settings.PUBLIC_URL})


def check_key() -> Finding:
    """Judge the key on which sessions and personal links depend."""
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS:
        return trouble(
            _(
                "SECRET_KEY is too weak: use at least %(n)s random characters. Links already "
                "sent will stop working."
            )
            % {"n": SHORTEST_KEY}
        )
    return fine(_("SECRET_KEY is long enough."))


def check_recorded_key() -> Finding:
    """Compare the key with the one that the database was last used with."""
    found = keys()
    if found.refusal:
        return trouble(found.refusal)
    said = {"own": found.own, "before": found.current}
    if found.is_changed:
        return fine(
            _(
                "The fingerprint of SECRET_KEY is %(own)s, and was %(before)s: the next start "
                "records it."
            )
            % said
        )
    if found.current is None:
        return fine(
            _("The fingerprint of SECRET_KEY is %(own)s: the first start records it.") % said
        )
    return fine(
        _("The fingerprint of SECRET_KEY is %(own)s, as when the database was last used.") % said
    )


def check_links() -> Finding:
    """Judge whether links that are still open can be opened with the keys in use."""
    lost = lost_links(database_now())
    if lost:
        return trouble(
            _(
                "%(n)s valid links to surveys and events cannot be opened with the current keys. "
                "Add the earlier SECRET_KEY to SECRET_KEY_FALLBACKS."
            )
            % {"n": lost}
        )
    return fine(_("All valid links can be opened."))


def check_channels() -> Finding:
    """Judge whether what opens the channels can be read with the keys in use."""
    lost = lost_channels()
    if lost:
        return trouble(
            _(
                "The stored address or secret cannot be decrypted for: %(names)s. Add the "
                "earlier SECRET_KEY to SECRET_KEY_FALLBACKS, or enter address and secret again."
            )
            % {"names": ", ".join(lost)}
        )
    return fine(_("The addresses and secrets of all channels can be decrypted."))


def check_proxies() -> Finding:
    """Judge by whose address attempts to sign in are counted."""
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if settings.SERVED_SECURELY and not count:
        return warning(
            _(
                "TRUSTED_PROXY_COUNT is 0 although a proxy terminates TLS: all visitors share "
                "one limit on sign-in attempts. Set it to the number of your proxies."
            )
        )
    return fine(_("Trusted proxies: %(n)s.") % {"n": count})


def check_sender() -> Finding:
    """Judge whom mails come from."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        validate_email(address)
    except ValidationError:
        words = _("DEFAULT_FROM_EMAIL contains no email address: “%(value)s”.")
        return trouble(words % {"value": settings.DEFAULT_FROM_EMAIL})
    if not EMBEDDED and is_nobodys(address.rpartition("@")[2]):
        words = _("DEFAULT_FROM_EMAIL is %(address)s, an example address: set your own.")
        return trouble(words % {"address": address})
    return fine(_("Emails are sent from %(address)s.") % {"address": address})


def is_nobodys(domain: str) -> bool:
    """Tell whether a domain is reserved for examples (RFC 2606)."""
    return any(domain == name or domain.endswith(f".{name}") for name in NOBODYS)
