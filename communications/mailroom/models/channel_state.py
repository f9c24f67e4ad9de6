"""How the channels and the recurring jobs are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChannelState(models.Model):
    """Whether a channel's server can be reached, and when it is tried next.

    Until ``careful_until`` a process holds one connection to it. What ``is_refusing`` can be
    reached, and refuses all mails. Of a database that is held, ``next_try_at`` is when the log says
    so again. All instants are UTC.
    """

    channel = models.CharField(max_length=12, primary_key=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    careful_until = models.DateTimeField(null=True, blank=True)
    is_refusing = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("channel state")
        verbose_name_plural = _("channel states")

    def __str__(self) -> str:
        return self.channel


class Heartbeat(models.Model):
    """When a recurring job last ran."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
