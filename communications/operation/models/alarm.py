"""What goes wrong for longer than a moment, and who is told of it."""

from django.conf import settings
from django.db import models


class Alarm(models.Model):
    """A problem that lasts, of each kind one at a time.

    Of the whole sending: ``SENDING`` (emails are due and none is sent) and ``HOLD`` (the database
    was put back or copied). Any other kind is the key of a ``Problem``, in the words of which
    ``title`` and ``text`` are kept. It is deleted once its end is told, or once it is over and was
    too short to be worth an email. All instants are UTC.

    Attributes:
        since: when the problem began, or was first seen.
        told_at: when administrators were emailed; None if they were not yet.
        ended_at: when it was over; None while it lasts.
        next_try_at: before it nobody sends an email about it, since somebody is at it or it failed.
        posted_at: when the chosen channel was told; None if it was not yet.
        next_post_at: before it nobody posts about it; None while there is nothing to post.

    """

    class Kind(models.TextChoices):
        SENDING = "sending"
        HOLD = "hold"

    kind = models.CharField(max_length=40, primary_key=True)
    title = models.CharField(max_length=200, blank=True, default="", db_default="")
    text = models.TextField(blank=True, default="", db_default="")
    since = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)
    next_post_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} since {self.since:%Y-%m-%d %H:%M} UTC"


class AlarmReader(models.Model):
    """An administrator who asked for an email when something is stuck."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="alarm_reader"
    )

    def __str__(self) -> str:
        return f"alarms to {self.user_id}"


class AlarmChannel(models.Model):
    """The channel that is told when something is stuck, if administrators chose one."""

    channel = models.OneToOneField(
        "communications.Channel", models.CASCADE, primary_key=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"alarms to channel {self.channel_id}"
