"""Time: what a schedule holds, and the one way from (site, date, hour) to an instant."""

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
    local_time = models.TimeField(_("local time"), default="09:00")
    latest_hours = models.PositiveSmallIntegerField(
        _("latest send time, hours after"),
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
                violation_error_message=_("Give either days from go-live or a fixed date."),
            )
        ]
