"""The mailbox of what comes back, read over IMAP (RFC 9051): unseen mails, marked after use."""

import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from communications.mailroom.channels import one_line
from communications.mailroom.channels.bounce import READ_BYTES

PATIENCE_SECONDS = 20
PORTS = {"imaps": 993, "imap": 143}
_SEEN, _FLAGGED = r"\Seen", r"\Flagged"


class MailboxDown(Exception):  # noqa: N818  a state of the mailbox, not an error of a mail
    """The mailbox cannot be read now; the text is one line without secrets."""


@dataclass(frozen=True)
class MailboxConfig:
    """Where the mailbox is; the password is never shown."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    is_secure: bool

    def __repr__(self) -> str:
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"

    @classmethod
    def of(cls, url: str, password: str) -> "MailboxConfig":
        """Return what an address such as ``imaps://user@host/INBOX`` means.

        Raises:
            MailboxDown: it is no such address.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise MailboxDown("BOUNCE_IMAP is not an imaps:// or imap:// address") from None
        if not parts.hostname or not parts.username:
            raise MailboxDown("BOUNCE_IMAP lacks a host or a user")
        folder = unquote(parts.path.lstrip("/")) or "INBOX"
        secret = password or unquote(parts.password or "")
        user = unquote(parts.username)
        return cls(parts.hostname, port, user, secret, folder, parts.scheme == "imaps")


class Mailbox:
    """An open mailbox."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self.connection = connection

    def waiting(self, limit: int) -> list[str]:
        """Return the numbers (UID) of the first mails that nobody has seen."""
        found = self._ask("SEARCH", "UNSEEN", "UNDELETED")
        return [number.decode() for line in found if line for number in line.split()][:limit]

    def beginning_of(self, number: str) -> bytes:
        """Return as much of a mail as is read; it stays unseen. Empty if it has gone."""
        parts = self._ask("FETCH", number, f"(BODY.PEEK[]<0.{READ_BYTES}>)")
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")

    def put_away(self, number: str, *, is_strange: bool) -> None:
        """Mark a mail as seen, and one that did not count with a flag too."""
        flags = f"{_SEEN} {_FLAGGED}" if is_strange else _SEEN
        self._ask("STORE", number, "+FLAGS.SILENT", f"({flags})")

    def _ask(self, command: str, *arguments: str) -> list[bytes]:
        answer, data = self.connection.uid(command, *arguments)
        if answer != "OK":
            raise imaplib.IMAP4.error(f"{command} was answered {answer}")
        return list(data or [])


@contextmanager
def opened(config: MailboxConfig) -> Iterator[Mailbox]:
    """Open a mailbox, and close it again.

    Raises:
        MailboxDown: it cannot be reached, refuses the password, has no such folder, or falls away.
    """
    try:
        connection = _connected(config)
        try:
            yield Mailbox(connection)
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxDown(_said(error, config)) from None


def _connected(config: MailboxConfig) -> imaplib.IMAP4:
    kind = imaplib.IMAP4_SSL if config.is_secure else imaplib.IMAP4
    connection = kind(config.host, config.port, timeout=PATIENCE_SECONDS)
    try:
        connection.login(config.user, config.password)
        folder = re.sub(r'(["\\])', r"\\\1", config.folder)
        answer, _data = connection.select(f'"{folder}"')
        if answer != "OK":
            raise imaplib.IMAP4.error(f"There is no folder {config.folder}")
    except BaseException:
        connection.shutdown()
        raise
    return connection


def _said(error: Exception, config: MailboxConfig) -> str:
    said = one_line(str(error).removeprefix("b'").removesuffix("'")) or type(error).__name__
    return said.replace(config.password, "…") if config.password else said
