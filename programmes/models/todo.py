"""What of a to-do was ticked off that no other row knows of."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.scope import Scope


class DoneQuerySet(models.QuerySet["Done"]):
    """Words on what was ticked off."""

    def within(self, scope: Scope) -> "DoneQuerySet":
        """Narrow to the programme's ticks at sites in view."""
        here = self.filter(scope.here())
        return here if scope.regions is None else here.filter(site__region__in=scope.regions)


class Done(models.Model):
    """Says who did something at a site, and when.

    Only for what has no state of its own: a post that was posted says so itself. ``source`` is
    the key of a ``TodoSource``, ``key`` what it calls the thing.
    """

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="+")
    source = models.CharField(_("source"), max_length=20)
    key = models.CharField(_("key"), max_length=60)
    site = models.ForeignKey("programmes.Site", models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    objects = DoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("tick")
        verbose_name_plural = _("ticks")
        constraints = [
            models.UniqueConstraint("programme", "source", "key", "site", name="done_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"
