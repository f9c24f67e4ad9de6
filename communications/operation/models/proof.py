"""When something that nobody sees in the rows was last done, and what came of it."""

from django.db import models


class Proof(models.Model):
    """The last time that a backup was made or put back, the trail verified, a connection tested.

    All instants are UTC.

    Attributes:
        kind: one of ``Kind``, or the key of a channel's state.
        at: when it was last done; None if it never was.
        is_well: whether all was as it should be then.
        amount: bytes of a backup, entries of the trail that were read.
        asked_at: since when somebody waits for it to be done again; None if nobody does.
        seen_at: when whoever does it last showed how far they were; None if nobody is at it.
        done: how far they were.

    """

    class Kind(models.TextChoices):
        BACKUP = "backup"
        TRAIL = "trail"
        EMAIL = "mail"
        STORAGE = "storage"
        RESTORE = "restore"

    kind = models.CharField(max_length=12, primary_key=True)
    at = models.DateTimeField(null=True, blank=True)
    is_well = models.BooleanField(default=True)
    amount = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    done = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.kind
