"""What a schedule holds: a day from the go-live or a fixed one, and an hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Protocol

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Scheduled(models.Model):
    """When something goes out at a site: a day from the go-live, or a fixed one, and a local hour.

    ``offset_days`` counts from the site's go-live (negative is before) and is empty where
    ``fixed_on`` names the day. ``latest_hours`` after the due moment nothing is sent any more;
    without it, until the end of the site's next working day. Urgent things ignore weekends,
    holidays and working hours.
    """

    offset_days = models.SmallIntegerField(
        _("days from go-live"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-730), MaxValueValidator(730)],
    )
    fixed_on = models.DateField(_("fixed date"), null=True, blank=True)
    local_time = models.TimeField(_("local time"), default=time(9))
    latest_hours = models.PositiveSmallIntegerField(
        _("latest send time (hours after)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
    )
    is_urgent = models.BooleanField(_("urgent"), default=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offset_days__isnull=True) ^ models.Q(fixed_on__isnull=True),
                name="%(class)s_one_day",
                violation_error_message=_("Enter either days from go-live or a fixed date."),
            )
        ]


class HasSchedule(Protocol):
    """What has the fields of ``Scheduled``: the model itself, or a frozen ``Schedule``."""

    @property
    def offset_days(self) -> int | None:
        """Days from the go-live, or None."""

    @property
    def fixed_on(self) -> date | None:
        """The fixed day, or None."""

    @property
    def local_time(self) -> time:
        """The hour at the place."""

    @property
    def latest_hours(self) -> int | None:
        """Hours after which nothing is sent, or None."""

    @property
    def is_urgent(self) -> bool:
        """Whether it ignores rest and working hours."""


@dataclass(frozen=True)
class Schedule:
    """The fields of ``Scheduled`` as plain values, which an approval freezes as JSON."""

    offset_days: int | None = None
    fixed_on: date | None = None
    local_time: time = time(9)
    latest_hours: int | None = None
    is_urgent: bool = False

    @classmethod
    def of(cls, scheduled: HasSchedule) -> "Schedule":
        """Return the values that a scheduled thing has now."""
        return cls(**{name: getattr(scheduled, name) for name in cls.__dataclass_fields__})

    @classmethod
    def from_json(cls, frozen: Mapping[str, Any]) -> "Schedule":
        """Return what ``to_json`` froze.

        Raises:
            KeyError: a field is not there.
            ValueError: a date or time is not in ISO format.

        """
        values = {name: frozen[name] for name in cls.__dataclass_fields__}
        values["local_time"] = time.fromisoformat(values["local_time"])
        if values["fixed_on"]:
            values["fixed_on"] = date.fromisoformat(values["fixed_on"])
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return the values as JSON types; equal schedules give equal dicts."""
        return {
            "offset_days": self.offset_days,
            "fixed_on": self.fixed_on.isoformat() if self.fixed_on else None,
            "local_time": self.local_time.isoformat(),
            "latest_hours": self.latest_hours,
            "is_urgent": self.is_urgent,
        }
