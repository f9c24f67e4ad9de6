"""Who asked for a link to a new password, until the answer has left."""

from django.db import models
from django.utils import timezone


class PasswordRequest(models.Model):
    """One address that somebody typed, whether or not anybody has it.

    Attributes:
        language: of the page on which it was typed; where no account tells another.
        tells_strangers: whether an address without an account may be told that it has none.
        next_try_at: the first try is due at once, see ``services/password.py``.

    """

    email = models.CharField(max_length=320)
    language = models.CharField(max_length=12)
    tells_strangers = models.BooleanField(default=True)
    asked_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.email
