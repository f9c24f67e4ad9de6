"""What one check found, in a sentence that says what to mend."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Self

from django.conf import settings
from redis.connection import parse_url

SHORTEST_SECRET = 4


class Level(StrEnum):
    """How bad it is: only trouble keeps the portal from its work."""

    OK = "ok"
    WARNING = "warning"
    TROUBLE = "trouble"


@dataclass(frozen=True)
class Finding:
    """One sentence on one part."""

    level: Level
    sentence: str
    part: str = ""

    def of(self, part: str) -> Self:
        """Return the same about a part, without any secret of the settings."""
        return replace(self, part=part, sentence=without_secrets(self.sentence))

    def as_dict(self) -> dict[str, str]:
        """Return the values as JSON types."""
        return asdict(self)


def fine(sentence: str) -> Finding:
    """Return that a part is as it should be."""
    return Finding(Level.OK, sentence)


def warning(sentence: str) -> Finding:
    """Return something that works and should not stay."""
    return Finding(Level.WARNING, sentence)


def trouble(sentence: str) -> Finding:
    """Return something that keeps the portal from its work."""
    return Finding(Level.TROUBLE, sentence)


def without_secrets(text: str) -> str:
    """Return a text without the passwords and the key, whoever has quoted them."""
    for secret in filter(lambda each: len(each) >= SHORTEST_SECRET, secrets()):
        text = text.replace(secret, "…")
    return text


def secrets() -> list[str]:
    """Return what must never be shown."""
    broker = parse_url(settings.REDIS_URL) if settings.REDIS_URL else {}  # type: ignore[no-untyped-call]
    found = [
        settings.SECRET_KEY,
        *settings.SECRET_KEY_FALLBACKS,
        settings.DATABASES["default"].get("PASSWORD"),
        settings.EMAIL_HOST_PASSWORD,
        settings.BOUNCE_IMAP_PASSWORD,
        settings.BOUNCE_WEBHOOK_SECRET,
        settings.METRICS_TOKEN,
        settings.ALARM_RELAY.get("EMAIL_HOST_PASSWORD"),
        broker.get("password"),
    ]
    return [str(secret) for secret in found if secret]
