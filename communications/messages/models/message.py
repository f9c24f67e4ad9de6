"""The core message, its texts per language, and when it goes out."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.queries.texts import SOURCE_LANGUAGE, column_of
from programmes.scope import Scope
from programmes.timing import Scheduled
from stakeholders.models import Audience, Impact

PLACEHOLDER = re.compile(r"\{\{\s*\w+\s*\}\}")
ADDRESSED = re.compile(r"^\s*\{\{\s*\w+\s*\}\}\s*[:：]\s*")
TITLE = re.compile(r"\{\{\s*[a-z]+_title\s*\}\}")


def without_placeholders(subject: str, purpose: str = "") -> str:
    """Return a subject with “…” where each person reads something of their own.

    A source's placeholder that ends in ``_title`` names what the message is for. One that stands
    before a colon, such as a site's name, is left out.
    """
    named = TITLE.sub(lambda _found: purpose, subject) if purpose else subject
    rest = ADDRESSED.sub("", named)
    return PLACEHOLDER.sub("…", rest[:1].upper() + rest[1:])


class MessageQuerySet(models.QuerySet["Message"]):
    """Words on messages."""

    def within(self, scope: Scope) -> "MessageQuerySet":
        """Narrow to what the user may see: all, what is approved, or that for a site in view.

        Who writes in a region sees what is meant for it now, approved or not: with the texts of
        today, those that go elsewhere by now are out of view.
        """
        here = self.filter(scope.here())
        if scope.regions is None:
            return here if scope.reads_drafts else here.filter(approvals__state="approved")
        if scope.reads_drafts:
            there = Audience.objects.reaching(scope.regions).order_by().values("pk")
            return here.filter(audience__in=there)
        return here.filter(
            approvals__state="approved", approvals__regions__in=scope.regions
        ).distinct()


class Message(Scheduled):
    """Purpose, key points and text that every adaptation keeps.

    ``source`` names the registered source (see ``dispatches.sources``) that tells the pump
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
    is_optional = models.BooleanField(
        _("may be opted out of"),
        default=False,
        db_default=False,
        help_text=_("Neither urgent nor operational messages can be."),
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
    channels = models.ManyToManyField(
        "communications.Channel", blank=True, related_name="messages", verbose_name=_("channels")
    )
    answers: "models.ManyToManyField[Impact, Any]" = models.ManyToManyField(
        "stakeholders.Impact", blank=True, related_name="messages", verbose_name=_("answers")
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

    def clean(self) -> None:
        """Raise ValidationError if people could opt out of what they need for their work."""
        super().clean()
        if self.is_optional and (self.is_urgent or self.level == self.Level.OPERATIONAL):
            sentence = _("Urgent and operational messages go to everybody. Take this off.")
            raise ValidationError({"is_optional": sentence})

    @property
    def title(self) -> str:
        """Return the subject in the active language, or the English one, to be read by staff."""
        subject = self.subject or getattr(self, column_of("subject", SOURCE_LANGUAGE)) or ""
        return without_placeholders(subject, self.purpose)
