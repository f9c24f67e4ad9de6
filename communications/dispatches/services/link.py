"""Personal links: the token is computed, only its hash and the name of its key are stored.

Each value that SECRET_KEY has had is a generation of keys. A link keeps the name of its own, so
that it renders the same token after the key has been turned, for as long as the settings hold that
key (SECRET_KEY or SECRET_KEY_FALLBACKS). A link whose key is gone opens nothing.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from communications.dispatches.models import Delivery, PersonalLink
from communications.mailroom.channels.keyed import keyed_token
from programmes.queries.key import fingerprint_of, secrets_in_use

USE = "personal links"


def present_generation() -> str:
    """Return the name of the key that new links are made with."""
    return fingerprint_of(settings.SECRET_KEY)


def secret_of(generation: str) -> str | None:
    """Return the key of a generation, or None if no setting holds it."""
    keys = (secret for secret in secrets_in_use() if fingerprint_of(secret) == generation)
    return next(keys, None)


def token_of(delivery: Delivery, purpose: str) -> str:
    """Return the token of a delivery by its id and purpose."""
    return keyed_token(USE, f"{purpose}:{delivery.pk}")


def token_of_link(link: PersonalLink) -> str | None:
    """Return the token of a link by the key that it was made with, or None if that is gone."""
    secret = secret_of(link.generation)
    return keyed_token(USE, f"{link.purpose}:{link.delivery_id}", secret) if secret else None


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
