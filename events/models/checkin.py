"""Who was there."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CheckIn(models.Model):
    """Somebody has come in. There is one row or none: a host who errs takes it away."""

    registration = models.OneToOneField(
        "events.Registration", models.CASCADE, related_name="check_in"
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.registration}"
