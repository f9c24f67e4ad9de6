"""Personal links: the token is computed, only its hash is stored."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from communications.models import Delivery, PersonalLink

TOKEN_LENGTH = 32


def token_of(delivery: Delivery, purpose: str) -> str:
    """Return the token of a delivery: HMAC-SHA-256 of its id and purpose, 160 bits, base32."""
    key = hashlib.sha256(b"personal links:" + settings.SECRET_KEY.encode()).digest()
    digest = hmac.digest(key, f"{purpose}:{delivery.pk}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:20]).decode().lower()


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_links(
    deliveries: Sequence[Delivery], purpose: str, expires_at: datetime
) -> dict[int, str]:
    """Return the token of each delivery, keyed by delivery id; store hashes not stored yet."""
    tokens = {delivery.pk: token_of(delivery, purpose) for delivery in deliveries}
    links = [
        PersonalLink(
            delivery_id=pk, purpose=purpose, token_hash=hash_of(token), expires_at=expires_at
        )
        for pk, token in tokens.items()
    ]
    PersonalLink.objects.bulk_create(links, ignore_conflicts=True)
    return tokens


def find_link(token: str, purpose: str, now: datetime) -> PersonalLink | None:
    """Return the link of a token that has not expired, or None, whatever is wrong with it."""
    return PersonalLink.objects.filter(
        token_hash=hash_of(token), purpose=purpose, expires_at__gt=now
    ).first()
