"""That somebody was reminded of a decision, and which reminder of it this was."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

MOST = 3
# The kind of a reminder to read a text; its key is the id of the review.
REVIEW = "review"


class Reminder(models.Model):
    """One reminder of one matter to one decider; its row comes first, so that none comes twice.

    ``kind``, ``key`` and ``since`` are those of the matter (see ``programmes.queries.decisions``):
    what waits again after an answer gets its own reminders. ``number`` counts from 1.
    """

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=100)
    since = models.DateTimeField()
    number = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST)]
    )
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision reminder")
        verbose_name_plural = _("decision reminders")
        constraints = [
            models.UniqueConstraint(
                "programme", "user", "kind", "key", "since", "number", name="reminded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind} {self.key}, {self.number}"
