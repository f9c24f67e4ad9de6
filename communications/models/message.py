"""The core message, its texts per language, and when it goes out."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programmes.queries.texts import SOURCE_LANGUAGE, column_of
from programmes.scope import Scope
from programmes.timing import Scheduled

PLACEHOLDER = re.compile(r"\{\{\s*\w+\s*\}\}")


def without_placeholders(subject: str) -> str:
    """Return a subject with “…” where each person reads something of their own."""
    return PLACEHOLDER.sub("…", subject)


def title_in(content: Mapping[str, Any]) -> str:
    """Return the title of a frozen content: its subject as ``Message.title`` chooses it."""
    texts = content["languages"]
    text = texts.get(get_language()) or texts[SOURCE_LANGUAGE]
    return without_placeholders(str(text["subject"]))


class MessageQuerySet(models.QuerySet["Message"]):
    """Words on messages."""

    def within(self, scope: Scope) -> "MessageQuerySet":
        """Narrow to what the user may see: all, or what is approved for a site in view."""
        if scope.regions is None:
            return self
        return self.filter(
            approvals__state="approved", approvals__regions__in=scope.regions
        ).distinct()


class Message(Scheduled):
    """Purpose, key points and text that every adaptation keeps.

    ``source`` names the registered source (see ``communications.sources``) that tells the pump
    who gets it and what its own placeholders hold.
    """

    class Level(models.TextChoices):
        STRATEGIC = "strategic", _("Strategic")
        TACTICAL = "tactical", _("Tactical")
        OPERATIONAL = "operational", _("Operational")

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="messages")
    audience = models.OneToOneField(
        "stakeholders.Audience", models.PROTECT, related_name="message", verbose_name=_("audience")
    )
    source = models.CharField(max_length=20, default="message", editable=False)
    level = models.CharField(
        _("level"), max_length=12, choices=Level.choices, default=Level.TACTICAL
    )
    purpose = models.TextField(_("purpose"))
    key_points = models.TextField(
        _("key points"), blank=True, help_text=_("One a line. Every adaptation keeps them.")
    )
    sender = models.CharField(_("sender"), max_length=120)
    subject = models.CharField(_("subject"), max_length=160)
    body = models.TextField(_("text"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta(Scheduled.Meta):
        abstract = False
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Return the subject in the active language, or the English one, to be read by staff."""
        subject = self.subject or getattr(self, column_of("subject", SOURCE_LANGUAGE)) or ""
        return without_placeholders(subject)
