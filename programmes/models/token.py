"""Tokens by which other systems speak to the portal, each for one programme."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.scope import Scope


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Words on tokens."""

    def within(self, scope: Scope) -> "ApiTokenQuerySet":
        """Narrow to the programme in view."""
        return self.filter(scope.here())


class ApiToken(models.Model):
    """What another system shows in place of a password. The token itself is kept nowhere.

    Attributes:
        token_hash: SHA-256 of the token, in hexadecimal digits. It is not keyed: a token has 256
            random bits, and a new SECRET_KEY must not end it.
        hint: the first characters behind the prefix, by which somebody knows it again.
        rights: words of ``Right``, what it opens.
        made_by: whose authority it has. It opens nothing once they may not make tokens here.
        used_at: the last use, to the minute.

    """

    class Right(models.TextChoices):
        """Each is a noun and a verb, as in the addresses that ask for it."""

        OBJECTIVES_READ = "objectives.read", _("Read objectives and values")
        OBJECTIVES_WRITE = "objectives.write", _("Send objective values")

    programme = models.ForeignKey(
        "programmes.Programme",
        models.CASCADE,
        related_name="api_tokens",
        verbose_name=_("programme"),
    )
    name = models.CharField(_("name"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=8, editable=False)
    rights = models.JSONField(_("rights"), default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("created by"),
        editable=False,
    )
    made_at = models.DateTimeField(_("created"), editable=False)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def is_open_at(self, now: datetime) -> bool:
        """Tell whether it is neither revoked nor expired."""
        return self.revoked_at is None and now < self.expires_at

    def state_at(self, now: datetime) -> str:
        """Return ``open``, ``revoked`` or ``expired``."""
        if self.revoked_at is not None:
            return "revoked"
        return "open" if now < self.expires_at else "expired"

    def opens(self, right: str) -> bool:
        return right in self.rights
