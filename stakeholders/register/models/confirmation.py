"""Who confirmed that an impact is what changes: its stream, and each region that feels it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stakeholders.register.models.impact import Impact


class ImpactConfirmation(models.Model):
    """The word of a stream, or with a region that of the region, that an impact is right.

    It is for what was there at that moment: after a change it is asked for again (``is_stale``).
    """

    impact = models.ForeignKey("stakeholders.Impact", models.CASCADE, related_name="confirmations")
    region = models.ForeignKey(
        "programmes.Region",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("confirmed"))

    class Meta:
        verbose_name = _("confirmation of an impact")
        verbose_name_plural = _("confirmations of impacts")
        ordering = [models.F("region__name").asc(nulls_first=True), "pk"]
        constraints = [
            models.UniqueConstraint("impact", "region", name="impact_confirmed_once_a_region"),
            models.UniqueConstraint(
                "impact", condition=Q(region=None), name="impact_confirmed_once_by_stream"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.impact}: {self.region or self.impact.stream}"

    @property
    def is_stale(self) -> bool:
        """Tell whether the impact was changed since."""
        return self.at < self.impact.changed_at


class ImpactBatchQuerySet(models.QuerySet["ImpactBatch"]):
    """Words on batches."""

    def to_undo(self) -> "ImpactBatchQuerySet":
        """Keep those that changed something and were not undone, the newest first."""
        return self.filter(undone_at=None).exclude(before={}).order_by("-pk")


class ImpactBatch(models.Model):
    """One bulk edit or imported file, kept so that it can be undone as one.

    Attributes:
        before: by the key of each impact, what each column held; None for one that was added.
        after: by the same keys, what each column held then.

    """

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ImpactBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk edit of impacts")
        verbose_name_plural = _("bulk edits of impacts")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {len(self.before)}"

    @property
    def impacts(self) -> "models.QuerySet[Impact]":
        """Return the impacts that it changed or added, whoever sees them by now."""
        return Impact.objects.filter(pk__in=self.before)
