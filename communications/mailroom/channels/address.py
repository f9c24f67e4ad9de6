"""What may stand as a mail address in an envelope and in a header alike."""

import re
from functools import lru_cache

from django.utils.encoding import punycode

LONGEST = 254
INVALID = "The address is not a valid email address"
# Dot-atoms, with letters of any script (RFC 6531); no quoted local part, no domain literal.
_INVISIBLE = r"\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
_ATOM = rf"[^\s<>@,;:\"()\[\]\\{_INVISIBLE}]+"
_ADDRESS = re.compile(rf"({_ATOM})@({_ATOM})")


@lru_cache(maxsize=1024)
def wire_address(address: str) -> str:
    """Return an address as it goes over the wire, its domain in ASCII.

    Raises:
        ValueError: it is no mail address, or one that would break a command or a header.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or len(address) > LONGEST:
        raise ValueError(INVALID)
    try:
        return f"{match[1]}@{punycode(match[2])}"
    except UnicodeError:
        raise ValueError(INVALID) from None
