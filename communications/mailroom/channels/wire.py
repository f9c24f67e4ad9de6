"""A message as it goes over the wire (RFC 5321, 4.5.2)."""

from collections.abc import Sequence

CRLF = b"\r\n"
DOT = b".\r\n"


def dotted(message: bytes, then: Sequence[bytes] = ()) -> bytes:
    """Return a message ready for the wire: CRLF only, dots doubled, the dot at its end.

    A lone CR or LF is what mail smuggling is made of, so none leaves the house. ``then`` are
    commands that leave behind it, each on a line of its own.
    """
    if not _has_whole_line_ends(message):
        message = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if b"\r\n." in message:
        message = message.replace(b"\r\n.", b"\r\n..")
    first = b"." if message.startswith(b".") else b""
    end = DOT if message.endswith(CRLF) else CRLF + DOT
    return b"".join((first, message, end, *(command + CRLF for command in then)))


def _has_whole_line_ends(message: bytes) -> bool:
    rest = message.replace(CRLF, b"")
    return b"\n" not in rest and b"\r" not in rest
