"""What an objective has stood at: each value with its day, who wrote it and why."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.database.removal import Removable, RemovableQuerySet
from programmes.scope import Scope


class RecordedValue(Removable):
    """One value of an objective.

    Of one day, the value recorded last is the one that counts. A removed value is kept with its
    author, and counts no longer.

    Attributes:
        source: how it came in.
        author: who wrote it or sent the file; for a token, who made that. None for computed values
            and for those from before authors were kept.
        recorded_at: when it was written down, or computed last.

    """

    class Source(models.TextChoices):
        TYPED = "typed", _("Entered")
        FILE = "file", _("Imported")
        SENT = "sent", _("Sent")
        COMPUTED = "computed", _("Measured")

    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2)
    measured_on = models.DateField(_("measured on"))
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    note = models.CharField(_("note"), max_length=240, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        abstract = True
        ordering = ["-measured_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.value}, {self.measured_on}"

    @property
    def is_computed(self) -> bool:
        return self.source == self.Source.COMPUTED


class ObjectiveValueQuerySet(RemovableQuerySet["ObjectiveValue"]):
    """Words on values."""

    def within(self, scope: Scope) -> "ObjectiveValueQuerySet":
        """Narrow to the programme in view."""
        return self.filter(scope.here("objective__programme"))


class ObjectiveValue(RecordedValue):
    """A value of an objective of a stream or of the whole programme.

    ``token`` is the one that it was sent with.
    """

    objective = models.ForeignKey(
        "programmes.Objective",
        models.CASCADE,
        related_name="values",
        verbose_name=_("objective"),
    )
    token = models.ForeignKey(
        "programmes.ApiToken", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ObjectiveValueQuerySet.as_manager()

    class Meta(RecordedValue.Meta):
        verbose_name = _("objective value")
        verbose_name_plural = _("objective values")
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "measured_on"],
                condition=models.Q(source="computed"),
                name="objective_computed_once_a_day",
            )
        ]
        indexes = [models.Index("objective", "measured_on", name="objective_values_by_day")]
