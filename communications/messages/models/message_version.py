"""What an author has saved of a message's English, save after save."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.messages.models.message import Message
from programmes.scope import Scope

TEXTS = ("subject", "body")
CORE = (*TEXTS, "purpose", "key_points")


class MessageVersionQuerySet(models.QuerySet["MessageVersion"]):
    """Words on versions."""

    def within(self, scope: Scope) -> "MessageVersionQuerySet":
        """Narrow to the versions of messages in view."""
        seen = Message.objects.within(scope).order_by().values("pk")
        return self.filter(message__in=seen)


class MessageVersion(models.Model):
    """The core of a message as somebody saved it: never changed, and deleted with its message.

    ``kind`` tells whether the change before it was one of wording or of meaning, empty for the
    first; ``is_overruled`` that its author said so against the proposal. ``restores`` is the number
    of the version whose texts it took up again.
    """

    class Kind(models.TextChoices):
        WORDING = "wording", _("Wording")
        MEANING = "meaning", _("Meaning")

    message = models.ForeignKey("communications.Message", models.CASCADE, related_name="history")
    number = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=160, blank=True)
    body = models.TextField(_("text"), blank=True)
    purpose = models.TextField(_("purpose"), blank=True)
    key_points = models.TextField(_("key points"), blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    saved_at = models.DateTimeField(_("saved"))
    kind = models.CharField(_("kind of change"), max_length=8, choices=Kind.choices, blank=True)
    is_overruled = models.BooleanField(default=False)
    restores = models.PositiveIntegerField(null=True, blank=True)

    objects = MessageVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved version")
        verbose_name_plural = _("saved versions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint("message", "number", name="saved_version_once")]

    def __str__(self) -> str:
        return f"{self.message}, {self.number}"

    @property
    def core(self) -> dict[str, str]:
        """Return its texts by field name."""
        return {name: getattr(self, name) for name in CORE}
