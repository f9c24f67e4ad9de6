"""A keyed hash: what nobody can make or guess without a key of this installation.

It is made with SECRET_KEY, and honoured for as long as SECRET_KEY_FALLBACKS names that key. Each
use has a key of its own, so that what was made for one proves nothing to another. It lies in the
mailroom, which may import no other floor: all that is above uses it too, with the exceptions that
docs/decisions/keys.md names.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from functools import lru_cache

from django.conf import settings

TOKEN_BYTES = 20  # 160 bits
# More uses and keys than any installation has.
KEPT = 64


def keyed_hash(use: str, text: str, secret: str | None = None) -> bytes:
    """Return HMAC-SHA-256 of a text for one use, 32 bytes.

    ``secret`` is the key that it is made with, SECRET_KEY by default.
    """
    key = _key_for(use, secret or settings.SECRET_KEY)
    return hmac.digest(key, text.encode(), hashlib.sha256)


@lru_cache(KEPT)
def _key_for(use: str, secret: str) -> bytes:
    return hashlib.sha256(f"{use}:{secret}".encode()).digest()


def keyed_token(
    use: str, text: str, secret: str | None = None, number_of_bytes: int = TOKEN_BYTES
) -> str:
    """Return the first bytes of a keyed hash in base32, lower case, as addresses take them."""
    digest = keyed_hash(use, text, secret)[:number_of_bytes]
    return base64.b32encode(digest).decode().lower()


def tokens_honoured(use: str, text: str, number_of_bytes: int = TOKEN_BYTES) -> Iterator[str]:
    """Yield the token of each key in use, that of the present one first."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield keyed_token(use, text, secret, number_of_bytes)


def is_honoured(use: str, text: str, token: str, number_of_bytes: int = TOKEN_BYTES) -> bool:
    """Tell whether a token was made by this installation, also before its key was changed."""
    tokens = tokens_honoured(use, text, number_of_bytes)
    return any(hmac.compare_digest(each.encode(), token.encode()) for each in tokens)


def numbered(use: str, number: int) -> str:
    """Return a number behind a tag of 48 bits that nobody can guess, as a name for good.

    It is stored with what it names, and proves nothing: no key is asked for later.
    """
    text = f"{use}:{number}".encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), text, hashlib.sha256)
    return f"{digest.hex()[:12]}.{number}"
