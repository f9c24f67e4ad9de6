"""The core message, its texts per language, and when it goes out."""

import re
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.queries.texts import SOURCE_LANGUAGE, column_of
from programmes.scope import Scope
from programmes.timing import Scheduled
from stakeholders.models import Audience
from stakeholders.register.models.about import About

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
# What a title calls the placeholders whose value differs from person to person.
CALLED = {
    "first_name": _("first name"),
    "last_name": _("last name"),
    "name": _("name"),
    "site": _("site"),
    "go_live_date": _("go-live date"),
    "programme": _("programme name"),
}
ADDRESSED = re.compile(r"^\s*\{\{\s*\w+\s*\}\}\s*[:：]\s*")
TITLE = re.compile(r"\{\{\s*[a-z]+_title\s*\}\}")


def without_placeholders(subject: str, purpose: str = "") -> str:
    """Return a subject with a name, as ‹go-live date›, where each person reads their own value.

    Pages show it as a chip (see ``looks.with_chips``). A source's placeholder that ends in
    ``_title`` names what the message is for. One that stands before a colon, such as a site's
    name, is left out.
    """
    named = TITLE.sub(lambda _found: purpose, subject) if purpose else subject
    rest = ADDRESSED.sub("", named)
    return PLACEHOLDER.sub(called, rest[:1].upper() + rest[1:])


def called(found: re.Match[str]) -> str:
    """Return the name of a placeholder between the marks that pages turn into a chip."""
    return f"‹{CALLED.get(found[1], found[1].replace('_', ' '))}›"


# Paths from a message to the streams that it concerns; floors above add theirs.
PATHS_TO_STREAM = ["services__stream", "answers__stream"]


def lead_to_stream(*paths: str) -> None:
    """Let messages that lead to a stream by these paths concern it."""
    PATHS_TO_STREAM.extend(path for path in paths if path not in PATHS_TO_STREAM)


class MessageQuerySet(models.QuerySet["Message"]):
    """Words on messages."""

    def within(self, scope: Scope) -> "MessageQuerySet":
        """Narrow to what the user may see: all, what is approved, or that for a site in view.

        Who writes in a region sees what is meant for it now, approved or not: with the texts of
        today, those that go elsewhere by now are out of view. Who leads a stream sees what is
        approved and concerns it.
        """
        here = self.filter(scope.here())
        if scope.led:
            own = Message.objects.concerning(scope.led).filter(approvals__state="approved")
            seen = models.Q(pk__in=own.order_by().values("pk"))
            if scope.regions is not None:
                there = Message.objects.within(scope.of_plan)
                seen |= models.Q(pk__in=there.order_by().values("pk"))
            return here.filter(seen)
        if scope.regions is None:
            return here if scope.reads_drafts else here.filter(approvals__state="approved")
        if scope.reads_drafts:
            there = Audience.objects.reaching(scope.regions).order_by().values("pk")
            return here.filter(audience__in=there)
        # Told apart by their keys alone: comparing all of their texts takes longer than the rest.
        shown = self.model.objects.filter(
            approvals__state="approved", approvals__regions__in=scope.regions
        )
        return here.filter(pk__in=shown.order_by().values("pk"))

    def concerning(self, streams: Collection[int]) -> "MessageQuerySet":
        """Keep those about a service or an impact of some streams, or sent for what is theirs."""
        own = models.Q()
        for path in PATHS_TO_STREAM:
            found = Message.objects.filter(**{f"{path}__in": streams})
            own |= models.Q(pk__in=found.order_by().values("pk"))
        return self.filter(own)


class Message(About, Scheduled):
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
        _("people can opt out"),
        default=False,
        db_default=False,
        help_text=_("Not possible for urgent or operational messages."),
    )
    purpose = models.TextField(_("purpose"))
    key_points = models.TextField(
        _("key points"), blank=True, help_text=_("One per line. Every adaptation must keep them.")
    )
    sender = models.CharField(_("sender"), max_length=120)
    subject = models.CharField(_("subject"), max_length=160)
    body = models.TextField(_("text"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    waits_for_text = models.BooleanField(
        _("waits for texts"),
        default=False,
        db_default=False,
        help_text=_("People wait for their language until the latest time."),
    )
    channels = models.ManyToManyField(
        "communications.Channel", blank=True, related_name="messages", verbose_name=_("channels")
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    # When (UTC) it was due at sites, by their ids, whose go-live moved once it had left there.
    left_at: "models.JSONField[Any, Any]" = models.JSONField(default=dict, editable=False)
    # Ids of the users who have chosen its people or its day since a version was approved.
    editors: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, db_default=[], blank=True, editable=False
    )

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
            sentence = _("Urgent and operational messages go to everyone. Clear this box.")
            raise ValidationError({"is_optional": sentence})

    def add_editor(self, user: Any) -> None:
        """Keep who has chosen its people or its day: they do not approve their own choice."""
        if user is not None and user.pk not in self.editors:
            self.editors = [*self.editors, user.pk]

    @property
    def title(self) -> str:
        """Return the subject in the active language, or the English one, to be read by staff."""
        subject = self.subject or getattr(self, column_of("subject", SOURCE_LANGUAGE)) or ""
        return without_placeholders(subject, self.purpose)
