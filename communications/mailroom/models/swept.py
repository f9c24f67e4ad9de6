"""How often sweepers had something to do: rows that they have moved leave no other trace."""

from django.db import models


class Sweeper(models.TextChoices):
    """What is put right when whoever should have done it is gone, or it is too late for it.

    ``RETURNED``: claims of workers that died, given back. ``TAKEN``: emails that the server had
    taken, called sent. ``CUT``: emails that were being sent, called in doubt. ``FORGOTTEN``: claims
    that the database forgot, called in doubt. ``TOO_LATE``: emails and posts past their latest send
    time, cancelled.
    """

    RETURNED = "returned"
    TAKEN = "taken"
    CUT = "cut"
    FORGOTTEN = "forgotten"
    TOO_LATE = "too_late"


class Swept(models.Model):
    """How many rows a sweeper has moved since the installation began."""

    sweeper = models.CharField(max_length=9, choices=Sweeper.choices, primary_key=True)
    rows = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.sweeper}: {self.rows}"
