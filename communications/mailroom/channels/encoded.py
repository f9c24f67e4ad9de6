"""Texts as seven-bit bytes: quoted-printable or base64, whichever is shorter (RFC 2045).

A text may come in pieces: what all mails of a dispatch share, and between that the words of one
person. What is shared is encoded once.
"""

import binascii
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

QUOTED, BASE64 = "quoted-printable", "base64"
_BAD = bytes([*range(9), 11, 12, *range(14, 32), 127])
_WITHOUT_BAD = bytes.maketrans(_BAD, b" " * len(_BAD))

# Where a line goes on in the next: what is quoted may be put together there.
SOFT_BREAK = b"=\r\n"
BLANK_LINE = b"\r\n\r\n"


def encoded(text: str | Sequence[str]) -> tuple[str, bytes]:
    """Return an encoding and the text in it, with CRLF between its lines.

    A text in pieces begins and ends with what is shared: it, a value, it, and so on.
    """
    if not isinstance(text, str):
        mould = mould_of(tuple(text[::2]))
        return mould.encoding, mould.filled(text[1::2])
    data = readable(text)
    if _is_short_as_base64(len(text), len(data)):
        return BASE64, in_base64(data.replace(b"\n", b"\r\n"))
    return QUOTED, BLANK_LINE.join(map(_quoted_again, data.split(b"\n\n")))


def readable(text: str) -> bytes:
    """Return a text with plain line ends, without controls that servers refuse or cut at."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return plain.encode("utf-8", "replace").translate(_WITHOUT_BAD)


def in_base64(data: bytes) -> bytes:
    """Return data in lines of 76 characters."""
    whole = binascii.b2a_base64(data, newline=False)
    lines = [whole[at : at + 76] for at in range(0, len(whole), 76)]
    return b"\r\n".join([*lines, b""])


def _quoted(text: bytes) -> bytes:
    return binascii.b2a_qp(text, istext=True).replace(b"\n", b"\r\n")


def _quoted_without_dots(text: bytes) -> bytes:
    """Quote dots that begin a line too: in each mail they would be doubled for the wire."""
    quoted = b"\r\n" + _quoted(text)
    return quoted.replace(b"\r\n.", b"\r\n=2E" + SOFT_BREAK)[2:]


# Most paragraphs of a text are those of the mail before.
_quoted_again = lru_cache(maxsize=2048)(_quoted)


def _is_short_as_base64(characters: int, size: int) -> bool:
    """Tell from its characters and its bytes in UTF-8 whether quoting adds more than a third.

    Quoting makes three of each byte above 127, of which a character has two or three: 1.5 to 2 of
    them for each byte that it has beyond its first.
    """
    return (size - characters) * 10 > size


@dataclass(frozen=True, eq=False)
class Mould:
    """What stands between the values of a text: encoded, or in base64 ready to be encoded."""

    encoding: str
    literals: tuple[bytes, ...]

    def filled(self, values: Sequence[str]) -> bytes:
        """Return the text with a value in each place; none of them breaks a line."""
        said = [readable(value).replace(b"\n", b" ") for value in values]
        if self.encoding == BASE64:
            return in_base64(b"".join(_in_turns(self.literals, said)))
        return SOFT_BREAK.join(_in_turns(self.literals, map(_quoted_again, said)))


@lru_cache(maxsize=256)
def mould_of(literals: tuple[str, ...]) -> Mould:
    """Return what stands between the values, encoded as far as that can be done once."""
    data = [readable(literal) for literal in literals]
    if _is_short_as_base64(sum(map(len, literals)), sum(map(len, data))):
        return Mould(BASE64, tuple(literal.replace(b"\n", b"\r\n") for literal in data))
    return Mould(QUOTED, tuple(map(_quoted_without_dots, data)))


def _in_turns(literals: Sequence[bytes], values: Iterable[bytes]) -> Iterator[bytes]:
    yield literals[0]
    for value, literal in zip(values, literals[1:], strict=True):
        yield value
        yield literal
