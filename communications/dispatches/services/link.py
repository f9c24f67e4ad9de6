"""Personal links: the token is computed, only its hash and the name of its key are stored.

Each value that SECRET_KEY has had is a generation of keys. A link keeps the name of its own, so
that it renders the same token after the key has been turned, for as long as the settings hold that
key (SECRET_KEY or SECRET_KEY_FALLBACKS). A link whose key is gone opens nothing.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from communications.dispatches.models import Delivery, PersonalLink
from programmes.queries.key import KEPT, fingerprint_of, secrets_in_use

TOKEN_LENGTH = 32


def present_generation() -> str:
    """Return the name of the key that new links are made with."""
    return fingerprint_of(settings.SECRET_KEY)


def key_of(generation: str, use: str) -> bytes | None:
    """Return the key that a generation has for one use, or None if no setting holds it."""
    for secret in secrets_in_use():
        if fingerprint_of(secret) == generation:
            return _derived(secret, use)
    return None


@lru_cache(KEPT)
def _derived(secret: str, use: str) -> bytes:
    return hashlib.sha256(f"{use}:{secret}".encode()).digest()


def token_of(delivery: Delivery, purpose: str) -> str:
    """Return the token of a delivery: HMAC-SHA-256 of its id and purpose, 160 bits, base32."""
    return _token(_derived(settings.SECRET_KEY, "personal links"), delivery.pk, purpose)


def token_of_link(link: PersonalLink) -> str | None:
    """Return the token of a link by the key that it was made with, or None if that is gone."""
    key = key_of(link.generation, "personal links")
    return _token(key, link.delivery_id, link.purpose) if key else None


def _token(key: bytes, delivery: int, purpose: str) -> str:
    digest = hmac.digest(key, f"{purpose}:{delivery}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:20]).decode().lower()


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_links(
    deliveries: Sequence[Delivery], purpose: str, expires_at: datetime
) -> dict[int, str]:
    """Return the token of each delivery, keyed by delivery id; store hashes not stored yet.

    A link that is stored already keeps its key. Where that is gone, the token opens nothing.
    """
    tokens = {delivery.pk: token_of(delivery, purpose) for delivery in deliveries}
    generation = present_generation()
    links = [
        PersonalLink(
            delivery_id=pk,
            purpose=purpose,
            token_hash=hash_of(token),
            generation=generation,
            expires_at=expires_at,
        )
        for pk, token in tokens.items()
    ]
    PersonalLink.objects.bulk_create(links, ignore_conflicts=True)
    earlier = PersonalLink.objects.filter(delivery__in=tokens, purpose=purpose)
    for link in earlier.exclude(generation=generation):
        tokens[link.delivery_id] = token_of_link(link) or tokens[link.delivery_id]
    return tokens


def lost_links(now: datetime) -> int:
    """Return how many links have not expired and open nothing, since no setting has their key."""
    valid = PersonalLink.objects.filter(expires_at__gt=now)
    return valid.exclude(generation__in=[*map(fingerprint_of, secrets_in_use())]).count()
