"""Which key a database was used with, and which keys the settings hold.

A key is known by its fingerprint: 64 bits of an HMAC-SHA-256 of a fixed text under the key, as 16
hexadecimal digits. It cannot be turned back, and to compare guesses with it helps nobody: a key has
50 random characters or more (``doctor`` refuses shorter ones), so there are too many to guess.
Personal links keep the fingerprint of their key as well, which is where the text comes from.
"""

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from programmes.models import UsedKey

# More keys than any installation has in use at once.
KEPT = 64


def secrets_in_use() -> tuple[str, ...]:
    """Return the keys by which something may have been made, the present one first."""
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(KEPT)
def fingerprint_of(secret: str) -> str:
    """Return what the database may know of a key."""
    return hmac.digest(secret.encode(), b"generation of links", hashlib.sha256).hex()[:16]


@dataclass(frozen=True)
class Keys:
    """Fingerprints of keys.

    Attributes:
        own: of SECRET_KEY.
        fallbacks: of SECRET_KEY_FALLBACKS.
        current: of the key that a start asks for; None before the first start.
        former: of those that were used with the database before.

    """

    own: str
    fallbacks: tuple[str, ...]
    current: str | None
    former: tuple[str, ...]

    @property
    def all(self) -> set[str]:
        """Return the fingerprints by which an installation is known."""
        return {self.own, *self.fallbacks, *self.former, *filter(None, [self.current])}

    @property
    def is_changed(self) -> bool:
        """Tell whether the key is another one, and its predecessor a fallback."""
        return self.current != self.own and self.current in self.fallbacks

    @property
    def refusal(self) -> str:
        """Return why nothing may start with these keys, in a sentence; empty if it may."""
        if self.current is None or self.current == self.own or self.is_changed:
            return ""
        words = _(
            "SECRET_KEY has the fingerprint %(own)s, but this database was last used with "
            "%(current)s: restore that key, add it to SECRET_KEY_FALLBACKS or, if it is lost, "
            "run manage.py accept_key."
        )
        return words % {"own": self.own, "current": self.current}


def keys() -> Keys:
    """Return the keys that are recorded, and those in use."""
    recorded = dict(UsedKey.objects.values_list("fingerprint", "is_current"))
    own, *fallbacks = map(fingerprint_of, secrets_in_use())
    return Keys(
        own=own,
        fallbacks=tuple(fallbacks),
        current=next((name for name, is_current in recorded.items() if is_current), None),
        former=tuple(sorted(name for name, is_current in recorded.items() if not is_current)),
    )
