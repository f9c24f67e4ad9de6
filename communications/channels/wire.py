"""A message as it goes over the wire (RFC 5321, 4.5.2)."""

CRLF = b"\r\n"


def dotted(message: bytes) -> bytes:
    """Return a message ready for the wire: CRLF only, dots doubled, the dot at its end.

    A lone CR or LF is what mail smuggling is made of, so none leaves the house.
    """
    if not _has_whole_line_ends(message):
        message = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if message.startswith(b".") or b"\r\n." in message:
        message = (CRLF + message).replace(b"\r\n.", b"\r\n..")[2:]
    return message + (b".\r\n" if message.endswith(CRLF) else b"\r\n.\r\n")


def _has_whole_line_ends(message: bytes) -> bool:
    rest = message.replace(CRLF, b"")
    return b"\n" not in rest and b"\r" not in rest
