"""Mails to those who decide or answer: something waits for you."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.models.ledger import Posting


class Notice(Posting):
    """One mail to a user that lists what waits for them when it leaves: decisions, or answers."""

    class Kind(models.TextChoices):
        DECIDE = "decide", _("to decide")
        ANSWER = "answer", _("to answer")

    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.DECIDE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint("user", "programme", "kind", "due_at", name="notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.state}"
