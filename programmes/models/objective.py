"""Objectives: what would be a success, with a number to reach by a day."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.database.removal import Removable, RemovableQuerySet
from programmes.scope import Scope

OLD_AFTER = timedelta(days=14)


class Measured(Removable):
    """A number that goes from a start to a target by a day, upwards or downwards.

    ``measure`` says in words what is counted, ``unit`` in what. ``value`` is the latest measure
    and ``measured_on`` its day; both are empty before the first. They copy the latest of its
    ``values``, and are written with these alone (see ``programmes.services.value``).
    """

    name = models.CharField(_("objective"), max_length=120)
    measure = models.CharField(_("measure"), max_length=160)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    start_value = models.DecimalField(_("start"), max_digits=12, decimal_places=2, default=0)
    target_value = models.DecimalField(_("target"), max_digits=12, decimal_places=2)
    value = models.DecimalField(
        _("current value"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    measured_on = models.DateField(_("measured on"), null=True, blank=True)
    starts_on = models.DateField(_("start date"))
    due_on = models.DateField(_("target date"))

    class Meta:
        abstract = True
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_on__gt=models.F("starts_on")),
                name="%(class)s_ends_after_start",
                violation_error_message=_("The objective must end after it starts."),
            ),
            models.CheckConstraint(
                condition=~models.Q(target_value=models.F("start_value")),
                name="%(class)s_has_a_way_to_go",
                violation_error_message=_("Enter a target that differs from the start."),
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True, measured_on__isnull=True)
                | models.Q(value__isnull=False, measured_on__isnull=False),
                name="%(class)s_value_has_its_day",
                violation_error_message=_("Enter the value together with its date."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def share_of(self, value: Decimal | None) -> float:
        """Return how much of the way a value is: 0 at the start, 1 at the target; 0 for none."""
        if value is None:
            return 0.0
        return float((value - self.start_value) / (self.target_value - self.start_value))

    @property
    def is_reached(self) -> bool:
        """Tell whether the latest measure is the target or beyond."""
        return self.value is not None and self.share_of(self.value) >= 1

    def expected_on(self, day: date) -> float:
        """Return the share of the way to be expected on a day, if every day brings as much."""
        elapsed = (day - self.starts_on) / (self.due_on - self.starts_on)
        return min(1.0, max(0.0, elapsed))

    def is_old_on(self, today: date) -> bool:
        """Tell whether the latest measure is more than fourteen days old."""
        return self.measured_on is not None and today - self.measured_on > OLD_AFTER


class ObjectiveQuerySet(RemovableQuerySet["Objective"]):
    """Words on objectives."""

    def within(self, scope: Scope) -> "ObjectiveQuerySet":
        """Narrow to the programme in view."""
        return self.filter(scope.here())


class Objective(Measured):
    """An objective of a stream, or without one of the whole programme.

    ``computed_by`` is the key of the measure whose figure it takes (see
    ``programmes.queries.measures``); empty where people or other systems bring its values.
    """

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="objectives")
    stream = models.ForeignKey(
        "programmes.Stream", models.CASCADE, null=True, blank=True, related_name="objectives"
    )
    computed_by = models.CharField(_("measured by"), max_length=24, blank=True, default="")

    objects = ObjectiveQuerySet.as_manager()

    class Meta(Measured.Meta):
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")

    def clean(self) -> None:
        """Raise ValidationError if the stream belongs to another programme."""
        if self.stream and self.stream.programme_id != self.programme_id:
            raise ValidationError({"stream": _("Choose a stream of this programme.")})
