"""Forms that were sent and taken, so that what is sent twice is done once."""

from typing import Any

from django.db import models


class SentForm(models.Model):
    """A form with a key of its own, and where it led.

    Attributes:
        digest: SHA-256 of the key, the sender, the address and all that the form held.
        url: of the page that its sender was led to.
        said: what that page said: level, sentence and tags of each message.
        at: when it was sent; a day later it is forgotten.

    """

    digest = models.CharField(max_length=64, unique=True)
    url = models.TextField()
    # Typed as an object, so that mypy refuses to look into it: only the view knows its parts.
    said: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.url}"
