"""The environment, read in one place.

Each variable may instead be named with ``_FILE`` behind it, and then holds the path of a file with
the value. What cannot be read is noted as a sentence that names the variable and quotes no value:
any of them may hold a password. Whoever reads on gets the default.
"""

import re
from collections.abc import Callable, Mapping
from email.utils import formataddr, parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

YES, NO = ("on", "true", "yes", "y", "ok", "1"), ("off", "false", "no", "n", "0")
DATABASES = ("postgres", "postgresql", "psql", "pgsql", "sqlite")
SMTP = ("smtp", "smtp+tls", "smtp+ssl", "smtps")
# Of a host, one that begins with a dot and means all below it, or an address of IPv6.
HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\]")
# Of a host of webhooks, with ``*.`` for those below it and with a port.
CHANNEL_HOST = re.compile(r"(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*(:[0-9]{1,5})?")
# Characters: who knows a key makes links and sessions, who knows a token reads figures.
SHORTEST_KEY, SHORTEST_TOKEN = 32, 16
# What a server takes as seconds or as a count on any machine.
MOST = 2**31 - 1
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class Variables:
    """The variables of a process.

    Attributes:
        known: the names that were asked for: all that are settings.
        problems: what is wrong, by the name of the setting.

    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.known: set[str] = set()
        self.problems: dict[str, str] = {}

    def __call__(self, name: str, default: str = "") -> str:
        """Return a text; an empty one counts as not given."""
        return self._text(name) or default

    def _text(self, name: str) -> str | None:
        """Return what is given as it is, without the line end that editors put behind a file."""
        self.known.add(name)
        path = self.given.get(f"{name}_FILE")
        if not path:
            return self.given.get(name)
        if self.given.get(name):
            self._refuse(name, f"Both {name} and {name}_FILE are set: remove one of them.")
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            self._refuse(name, f"{name}_FILE names {path}, which cannot be read: {error.strerror}.")
        except ValueError:
            self._refuse(name, f"{name}_FILE names {path}, which is not UTF-8 text.")
        return None

    def _refuse(self, name: str, sentence: str) -> None:
        self.problems.setdefault(name, sentence)

    def is_given(self, name: str) -> bool:
        """Tell whether a variable is there, even if it is empty."""
        return self._text(name) is not None

    def choice(self, name: str, default: str, words: tuple[str, ...]) -> str:
        word = self(name, default)
        if word not in words:
            self._refuse(name, f"{name} must be one of {', '.join(words)}.")
        return word

    def url(self, name: str, default: str, schemes: tuple[str, ...], example: str) -> str:
        """Return an address with one of these beginnings, a host, and a port that can be one."""
        text = self(name, default)
        try:
            parts = urlsplit(text)
            is_fit = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_fit = False
        if text and not is_fit:
            self._refuse(name, f"{name} must be an address such as {example}.")
        return text

    def db_url(self, name: str, default: str = "") -> dict[str, Any]:
        """Return Django's settings of a database on PostgreSQL or SQLite."""
        text, parse = self(name, default), environ.Env.db_url_config
        found = parsed(parse, text, DATABASES)
        if found.get("NAME"):
            return found
        example = "postgres://user@host:5432/name"
        self._refuse(name, other_database(name, text, example) or no_address(name, example))
        return parsed(parse, default, DATABASES)

    def email_url(self, name: str, default: str = "") -> dict[str, Any]:
        """Return Django's settings of a mail server that speaks SMTP."""
        text, parse = self(name, default), environ.Env.email_url_config
        found = parsed(parse, text, SMTP)
        if found.get("EMAIL_HOST") and found["EMAIL_PORT"]:
            return found
        example = "smtp+tls://user@host:587"
        no_port = f"{name} must name the port of the mail server, such as {example}."
        self._refuse(name, no_port if found.get("EMAIL_HOST") else no_address(name, example))
        return parsed(parse, default, SMTP)

    def sender(self, name: str, default: str) -> str:
        """Return whom emails come from: an address with a name, which is OneLift without one."""
        text = self(name, default)
        named, address = parseaddr(text)
        if all(address.partition("@")):
            return text if named else formataddr(("OneLift", address))
        example = "OneLift <onelift@example.com>"
        self._refuse(name, f"{name} must contain an email address, such as {example}.")
        return default

    def token(self, name: str) -> str:
        """Return a text that opens something; empty if none is given."""
        text = self(name)
        if text and len(text) < SHORTEST_TOKEN:
            made = "enter a random one, such as from openssl rand -hex 24"
            self._refuse(name, f"{name} must have {SHORTEST_TOKEN} characters or more: {made}.")
        return text

    def keys(self, name: str) -> list[str]:
        """Return earlier values of a key."""
        found = self.list(name, default=[])
        if any(len(each) < SHORTEST_KEY for each in found):
            sentence = f"{name} must be keys of {SHORTEST_KEY} characters or more"
            advice = "enter each in full, or remove it"
            self._refuse(name, f"{sentence}, separated by commas: {advice}.")
        return found

    def lease(self, name: str, wait: str, seconds: int) -> int:
        """Return how long something is held: longer than the seconds of the setting ``wait``."""
        default = seconds + 60
        found = self.int(name, default, least=1)
        if found <= seconds:
            advice = f"enter {default}, or remove it"
            self._refuse(name, f"{name} must be more than {wait}, which is {seconds}: {advice}.")
        return found

    def networks(self, name: str, default: list[str]) -> list[str]:
        found = self.list(name, default)
        try:
            for each in found:
                ip_network(each, strict=False)
        except ValueError:
            self._refuse(name, f"{name} must be a list of networks, such as 10.0.0.0/8, fc00::/7.")
            return default
        return found

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Return names of hosts, without scheme and port."""
        found = self.list(name, default)
        wrong = [each for each in found if not HOST.fullmatch(each)]
        if wrong:
            example = "onelift.example.com"
            self._refuse(name, f"{name} must be host names only, such as {example}.")
        return default if wrong else found

    def channel_hosts(self, name: str) -> list[str]:
        """Return hosts that webhooks may post to."""
        found = [each.lower() for each in self.list(name, default=[])]
        if all(CHANNEL_HOST.fullmatch(each) for each in found):
            return found
        examples = "signs.example.com, *.example.com or signs.example.com:8443"
        self._refuse(name, f"{name} must be hosts without https:// and path, such as {examples}.")
        return []

    def emails(self, name: str, default: list[str], words: tuple[str, ...]) -> list[str]:
        """Return email addresses, and words that stand for some."""
        found = self.list(name, default)
        if all(each in words or is_email(each) for each in found):
            return found
        example = ", ".join(("ops@example.com", *words))
        self._refuse(name, f"{name} must be a list of email addresses, such as {example}.")
        return default

    # From here on these three are names of the class, and no types any more.

    def int(self, name: str, default: int, least: int = 0, most: int = MOST) -> int:
        """Return a whole number between ``least`` and ``most``."""
        text = self(name)
        try:
            number = int(text) if text else default
        except ValueError:
            self._refuse(name, f"{name} must be a whole number, such as {default}.")
            return default
        if least <= number <= most:
            return number
        limit = f"{least} or more" if number < least else f"{most} or less"
        self._refuse(name, f"{name} must be {limit}.")
        return default

    def bool(self, name: str, default: bool) -> bool:
        word = self(name).lower()
        if word and word not in YES + NO:
            self._refuse(name, f"{name} must be on or off.")
        return word in YES if word in YES + NO else default

    def list(self, name: str, default: list[str]) -> list[str]:
        """Return what stands between commas; an empty text is an empty list."""
        text = self._text(name)
        if text is None:
            return default
        return [each.strip() for each in text.split(",") if each.strip()]


def is_email(text: str) -> bool:
    """Tell whether a text is an email address, without a name."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def parsed(
    parse: Callable[[str], dict[str, Any]], text: str, schemes: tuple[str, ...]
) -> dict[str, Any]:
    """Return what an address means; nothing if it begins otherwise or cannot be read."""
    scheme, separator, _rest = text.partition("://")
    if not separator or scheme not in schemes:
        return {}
    try:
        return parse(text)
    except UNREADABLE:
        return {}


def other_database(name: str, text: str, example: str) -> str:
    """Return that an address is that of another kind of database; empty if it is not."""
    scheme, separator, _rest = text.partition("://")
    if not separator or scheme in DATABASES:
        return ""
    said = f"{name} begins with {scheme}://, but OneLift runs on PostgreSQL"
    return f"{said}: enter an address such as {example}."


def no_address(name: str, example: str) -> str:
    """Return that an address with an account in it cannot be read."""
    apart = name.replace("URL", "PASSWORD")
    return (
        f"{name} must be an address such as {example}; put a password with special "
        f"characters in {apart}."
    )
