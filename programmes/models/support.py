"""Whom readers ask: how help is reached in a programme, and at single sites."""

import re

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.scope import Scope

telephone = RegexValidator(
    r"^\+?[0-9][0-9 ()./-]+\Z", _("Enter a number such as +33 1 23 45 67 89 or 5050.")
)
web_address = URLValidator(["http", "https"])

# ISO weekday digits, in the order in which a week runs where they are worked.
DAYS = [
    ("12345", _("Monday to Friday")),
    ("71234", _("Sunday to Thursday")),
    ("123456", _("Monday to Saturday")),
    ("1234567", _("Every day")),
]


class SupportContactQuerySet(models.QuerySet["SupportContact"]):
    """Words on contacts."""

    def within(self, scope: Scope) -> "SupportContactQuerySet":
        """Narrow to the programme's own and those of its sites in the regions in view."""
        found = self.filter(scope.here())
        if scope.regions is None:
            return found
        return found.filter(models.Q(site=None) | models.Q(site__region__in=scope.regions))


class SupportContact(models.Model):
    """How help is reached in a programme; with a site, what is different there.

    What a site leaves empty is the programme's. The hours belong to the telephone, and are those
    of each site's own clocks; without hours nothing is said of them.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.CASCADE, related_name="support_contacts"
    )
    site = models.ForeignKey(
        "programmes.Site", models.CASCADE, null=True, blank=True, related_name="support_contacts"
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True, validators=[telephone])
    mail = models.EmailField(_("email"), blank=True)
    link = models.URLField(_("web page"), max_length=300, blank=True, validators=[web_address])
    days = models.CharField(_("days"), max_length=7, choices=DAYS, default="12345")
    opens_at = models.TimeField(_("opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)

    objects = SupportContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("support contact")
        verbose_name_plural = _("support contacts")
        ordering = ["programme", "site__name"]
        constraints = [
            models.UniqueConstraint("programme", "site", name="support_contact_once_a_site"),
            models.UniqueConstraint(
                "programme",
                condition=models.Q(site=None),
                name="support_contact_once_a_programme",
                violation_error_message=_("This programme already has a contact."),
            ),
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True, closes_at__isnull=True)
                | models.Q(opens_at__isnull=False, closes_at__isnull=False),
                name="support_contact_both_hours",
                violation_error_message=_("Enter both hours, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.site}" if self.site else str(self.programme)

    @property
    def is_empty(self) -> bool:
        return not (self.phone or self.mail or self.link)

    @property
    def dialled(self) -> str:
        """Return the telephone number as a telephone dials it."""
        return re.sub(r"[^+0-9]", "", self.phone.replace("(0)", ""))
