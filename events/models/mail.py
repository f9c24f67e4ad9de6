"""Mails about one's own registration, each once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.models import Posting


class EventMail(Posting):
    """One mail to somebody who is or was registered: what has become of it, or of the event.

    ``occasion`` is the turn of the registration, or the sequence of the event: what is told once.
    """

    class Kind(models.TextChoices):
        CONFIRMED = "confirmed", _("registered")
        WAITING = "waiting", _("on the waiting list")
        PROMOTED = "promoted", _("a seat became free")
        WITHDRAWN = "withdrawn", _("registration cancelled")
        MOVED = "moved", _("new time or place")
        OFF = "off", _("event cancelled")

    registration = models.ForeignKey("events.Registration", models.CASCADE, related_name="mails")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    occasion = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("registration email")
        verbose_name_plural = _("registration emails")
        constraints = [
            models.UniqueConstraint("registration", "kind", "occasion", name="event_mail_once")
        ]
        indexes = [
            models.Index(
                "due_at",
                condition=models.Q(state__in=["planned", "claimed", "sending"]),
                name="event_mail_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"
