"""What goes wrong with the sending for longer than a moment, and who has been told of it."""

from django.db import models


class Alarm(models.Model):
    """A problem of the whole sending, of each kind one at a time.

    ``SENDING``: emails are due and none is sent. ``HOLD``: the database was put back or copied.
    It is deleted once its end is told, or once it is over and was too short to be worth an email.
    All instants are UTC.

    Attributes:
        since: when the problem began.
        told_at: when administrators were emailed; None if they were not yet.
        ended_at: when it was over; None while it lasts.
        next_try_at: before it nobody sends an email about it, since somebody is at it or it failed.

    """

    class Kind(models.TextChoices):
        SENDING = "sending"
        HOLD = "hold"

    kind = models.CharField(max_length=8, choices=Kind.choices, primary_key=True)
    since = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} since {self.since:%Y-%m-%d %H:%M} UTC"
