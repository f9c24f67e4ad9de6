"""Comments that wait: sealed with the key of the installation until a lot of them is read.

Whoever compares two backups sees which answer came between them. Sealed, the comment beside it says
nothing, not even how long it is or when it was written; read as a lot, it is one of many.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from feedback.models.answer import LONGEST_COMMENT
from programmes.queries.key import KEPT, secrets_in_use

# All are as long as the longest (bytes of UTF-8), and as old as this (seconds of Unix).
_LENGTH, _WRITTEN_AT = 4 * LONGEST_COMMENT, 0
_PADDING = b"\0"  # no text holds it


def seal(comment: str) -> str:
    """Return a comment as only the key opens it; nothing where there is none."""
    if not comment:
        return ""
    padded = comment.encode().ljust(_LENGTH, _PADDING)
    return _seals(secrets_in_use()).encrypt_at_time(padded, _WRITTEN_AT).decode()


def sealed_anew(sealed: str) -> str:
    """Return the same under the present key; as it is where its own key is gone."""
    try:
        return _seals(secrets_in_use()).rotate(sealed).decode()
    except InvalidToken:
        return sealed


def unseal(sealed: str) -> str | None:
    """Return a comment, or None where its key is gone: it waits until that is back."""
    try:
        return _seals(secrets_in_use()).decrypt(sealed).rstrip(_PADDING).decode()
    except InvalidToken:
        return None


@lru_cache(KEPT)
def _seals(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    digest = hmac.digest(secret.encode(), b"comments of surveys", hashlib.sha256)
    return urlsafe_b64encode(digest)
