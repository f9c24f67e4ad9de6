"""A mail as bytes: headers written here, so that no value can become a header of its own."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache

from communications.mailroom.channels import ChannelError
from communications.mailroom.channels.address import wire_address
from communications.mailroom.channels.parts import Attachment, body

SHORT = 60
LONGEST_LINE = 990
OWN = {
    *("from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version"),
    *("auto-submitted", "content-language", "content-type", "content-transfer-encoding"),
}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that one mail to one person says.

    ``message_id`` has its angle brackets; ``date`` is an instant with a zone; ``headers`` are
    further ones, such as X-OneLift-Dispatch; ``images`` are PNG or JPEG bytes keyed by the content
    id that the HTML names as ``cid:…``; ``attachments`` are files that go along. The HTML may come
    in pieces (see ``encoded``).
    """

    message_id: str
    date: datetime
    sender_name: str
    sender_address: str
    recipient_name: str
    recipient_address: str
    language: str
    subject: str
    text: str
    html: str | Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, bytes] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()


def build(letter: Letter) -> bytes:
    """Return the mail, ready to be sent: CRLF, ASCII unless an address is not, lines ≤ 998.

    Raises:
        ChannelError: permanent; an address cannot stand in a header.
        ValueError: a further header has a name that is not one, or one that is set here.
    """
    lines = [
        header("From", mailbox_of(letter.sender_name, letter.sender_address)),
        header("To", mailbox_of(letter.recipient_name, letter.recipient_address)),
        header("Subject", words("Subject", letter.subject)),
        header("Date", second_of(letter.date.replace(microsecond=0))),
        header("Message-ID", clean(letter.message_id)),
        header("Content-Language", clean(letter.language)),
        header("Auto-Submitted", "auto-generated"),
        *(further(name, value) for name, value in letter.headers.items()),
    ]
    return "".join(lines).encode() + body(
        letter.text, letter.html, letter.images, letter.attachments
    )


@lru_cache(maxsize=8)
def second_of(date: datetime) -> str:
    """Return a whole second as a header says it; that of most mails is that of the one before."""
    return format_datetime(date)


def header(name: str, value: str) -> str:
    """Return one header line; a value is already clean, or folded."""
    return f"{name}: {value}\r\n"


def further(name: str, value: str) -> str:
    """Return a header that the caller names.

    Raises:
        ValueError: the name is not one, or is set by the letter itself.
    """
    if not _NAME.fullmatch(name) or name.lower() in OWN:
        raise ValueError(f"“{name}” cannot be a further header.")
    value = clean(value)
    fits = value.isascii() and len(value) <= LONGEST_LINE - len(name)
    return header(name, value if fits else words(name, value))


def clean(value: str) -> str:
    """Return a value as one line: what breaks or hides a line becomes a space."""
    if value.isprintable():
        return " ".join(value.split())
    visible = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c for c in value)
    return " ".join("".join(visible).split())


def words(name: str, value: str) -> str:
    """Return text for a header; long or not ASCII: in folded encoded words (RFC 2047)."""
    return worded(name, clean(value))


@lru_cache(maxsize=1024)
def worded(name: str, value: str) -> str:
    """Return clean text for a header; a subject is often that of the mail before."""
    if value.isascii() and len(value) <= SHORT and "=?" not in value:
        return value
    return Header(value, "utf-8", header_name=name).encode(linesep="\r\n")


def mailbox_of(name: str, address: str) -> str:
    """Return “Name <address>” as RFC 5322 writes it, so that the name stays a name.

    Raises:
        ChannelError: permanent; the address would break the header.
    """
    try:
        spec = f"<{wire_address(address)}>"
    except ValueError as error:
        raise ChannelError(str(error), permanent=True) from error
    shown = clean(name)
    return f"{phrase(shown)} {spec}" if shown else spec


@lru_cache(maxsize=1024)
def phrase(shown: str) -> str:
    """Return a clean name as it stands before an address: bare, quoted, or in encoded words."""
    if not shown.isascii() or len(shown) > SHORT or "=?" in shown:
        return Header(shown, "utf-8", header_name="From").encode(linesep="\r\n")
    if _ATOMS.fullmatch(shown):
        return shown
    quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'
