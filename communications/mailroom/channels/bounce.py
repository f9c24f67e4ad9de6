"""Reading what comes back to the return paths: reports of delivery (RFC 3464), and all the rest.

Whoever likes can send anything there, so nothing in a mail is believed but its genuine return path
(see ``verp``), nothing is an error, and of a long mail only the beginning is read.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from typing import Any

from communications.mailroom.channels import one_line
from communications.mailroom.channels.address import wire_address
from communications.mailroom.channels.verdict import Blame, blame_of
from communications.mailroom.channels.verp import deliveries_named

log = logging.getLogger(__name__)

# A report stands before the mail that it returns, which may be long.
READ_BYTES = 512 * 1024
MOST_PARTS = 50
MOST_RECIPIENTS = 50
# Where mail servers write to whom a mail came.
ADDRESSED = (
    "Delivered-To",
    "X-Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "To",
)
REPORT = "message/delivery-status"


class Kind(StrEnum):
    """What a mail is: a report of a failure or of none, the answer of a machine, or else."""

    REPORT = "report"
    PASSING = "passing"
    AUTO_REPLY = "auto_reply"
    OTHER = "other"


@dataclass(frozen=True)
class Failed:
    """One recipient who did not get a mail: addresses in lower case, the code, the reply."""

    addresses: frozenset[str]
    blame: Blame
    code: str
    reply: str


@dataclass(frozen=True)
class Returned:
    """What came back: ``delivery`` is proven by its return path, None if nothing is."""

    kind: Kind
    delivery: int | None = None
    failed: tuple[Failed, ...] = ()


def read_return(raw: bytes) -> Returned:
    """Return what a mail says; whatever is wrong with it, it is no error."""
    try:
        return _read(raw[:READ_BYTES])
    except Exception as error:  # noqa: BLE001 - strangers write what they like
        log.info("A returned email cannot be read: %s", type(error).__name__)
        return Returned(Kind.OTHER)


def _read(raw: bytes) -> Returned:
    if raw.lower().count(b"boundary") > MOST_PARTS:
        return Returned(Kind.OTHER)
    mail = message_from_bytes(raw)
    blocks = list(_blocks_of(mail))
    if not blocks:
        return Returned(Kind.AUTO_REPLY if _is_automatic(mail) else Kind.OTHER)
    named = deliveries_named(" ".join(_texts(mail, ADDRESSED)))
    failed = tuple(_failed(block) for block in blocks if _action(block) == "failed")
    return Returned(
        Kind.REPORT if failed else Kind.PASSING,
        named.pop() if len(named) == 1 else None,
        failed[:MOST_RECIPIENTS],
    )


def _blocks_of(mail: Message) -> Iterator[Message]:
    """Yield the parts of a report that are about a recipient; not those of a mail inside."""
    if mail.get_content_type() == REPORT:
        blocks = mail.get_payload()
        yield from (b for b in blocks if isinstance(b, Message) and _addresses(b))
    elif mail.get_content_maintype() == "multipart":
        for part in mail.get_payload():
            if isinstance(part, Message):
                yield from _blocks_of(part)


def _action(block: Message) -> str:
    return _text(block, "Action").lower().split("(")[0].strip()


def _failed(block: Message) -> Failed:
    reply = _text(block, "Diagnostic-Code")
    blame, code = blame_of(_text(block, "Status"), reply)
    said = reply.partition(";")[2] or _text(block, "Status")
    return Failed(_addresses(block), blame, code, one_line(said))


def _addresses(block: Message) -> frozenset[str]:
    fields = _texts(block, ("Original-Recipient", "Final-Recipient"))
    found = (plain_address(field.partition(";")[2] or field) for field in fields)
    return frozenset(filter(None, found))


def plain_address(text: str) -> str:
    """Return an address in the form in which two are compared; empty if it is none."""
    try:
        return wire_address(text.strip().strip("<>").strip()).lower()
    except ValueError:
        return ""


def _is_automatic(mail: Message) -> bool:
    """Tell whether nobody has written this by hand (RFC 3834)."""
    submitted = _text(mail, "Auto-Submitted").lower()
    return bool(submitted and not submitted.startswith("no")) or "X-Autoreply" in mail


def _text(block: Message, name: str) -> str:
    return next(iter(_texts(block, (name,))), "")


def _texts(block: Message, names: tuple[str, ...]) -> list[str]:
    values: list[Any] = [value for name in names for value in block.get_all(name, [])]
    return [" ".join(str(value).split()) for value in values]
