"""A key point of a message that an adaptation leaves out: why, and whether that is agreed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.messages.models.adaptation import Adaptation
from programmes.scope import Scope


class DroppedPointQuerySet(models.QuerySet["DroppedPoint"]):
    """Words on dropped key points."""

    def within(self, scope: Scope) -> "DroppedPointQuerySet":
        """Narrow to those of adaptations in view."""
        found = Adaptation.objects.within(scope).order_by().values("pk")
        return self.filter(adaptation__in=found)

    def waiting(self) -> "DroppedPointQuerySet":
        """Keep those whose consent was asked for and not given or refused yet."""
        return self.filter(asked_at__isnull=False, decided_at=None)


class DroppedPoint(models.Model):
    """A key point without which an adaptation does, in the words that the point had then.

    It needs the consent of the core's author. ``is_agreed`` tells what became of that once it is
    ``decided_at``; without ``asked_at`` nobody was asked yet.
    """

    adaptation = models.ForeignKey(
        "communications.Adaptation", models.CASCADE, related_name="dropped_points"
    )
    point = models.TextField(_("key point"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    is_agreed = models.BooleanField(_("agreed"), default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    objects = DroppedPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("dropped key point")
        verbose_name_plural = _("dropped key points")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("adaptation", "point", name="point_dropped_once"),
            models.CheckConstraint(
                condition=Q(is_agreed=False) | Q(decided_at__isnull=False),
                name="point_agreed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.point

    @property
    def is_refused(self) -> bool:
        """Tell whether the core's author wants it kept."""
        return self.decided_at is not None and not self.is_agreed
