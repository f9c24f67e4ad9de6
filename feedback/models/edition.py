"""What of a survey is published."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Edition(models.Model):
    """One published state of a survey's figures: what every page, export and API reads.

    ``figures`` is the list that ``feedback.suppression`` made: one entry per group shown.
    """

    survey = models.ForeignKey("feedback.Survey", models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    figures = models.JSONField()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint("survey", "number", name="edition_once")]

    def __str__(self) -> str:
        return f"{self.survey}, {self.number}"
