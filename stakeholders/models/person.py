"""Who is told: one row per human being in the organisation, kept when they leave."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from programmes.scope import Scope


class PersonQuerySet(models.QuerySet["Person"]):
    """Words on persons."""

    def within(self, scope: Scope) -> "PersonQuerySet":
        """Narrow to the people who work in the regions in view."""
        return self if scope.regions is None else self.filter(site__region__in=scope.regions)

    def active(self) -> "PersonQuerySet":
        """Leave out those who have left."""
        return self.filter(left_on__isnull=True)


class Person(models.Model):
    """Somebody in the personnel files. Names are kept as typed (NFC).

    ``language`` is what they read, as a lower-case code; the texts may exist only in a
    language of its fallback chain.
    """

    personnel_number = models.CharField(_("personnel number"), max_length=40, unique=True)
    last_name = models.CharField(_("last name"), max_length=120)
    first_name = models.CharField(_("first name"), max_length=120, blank=True)
    email = models.CharField(_("mail address"), max_length=254)
    language = models.CharField(_("language"), max_length=12)
    site = models.ForeignKey(
        "programmes.Site", models.PROTECT, related_name="people", verbose_name=_("site")
    )
    business_line = models.ForeignKey(
        "programmes.BusinessLine",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("business line"),
    )
    job = models.CharField(_("job"), max_length=160, blank=True)
    employer = models.CharField(_("employer"), max_length=80, blank=True)
    manager_number = models.CharField(_("manager’s personnel number"), max_length=40, blank=True)
    entered_on = models.DateField(_("entered on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True, db_index=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name", "pk"]
        indexes = [
            # What boards count people by, and what they join with contacts: never the table itself.
            models.Index(
                "site",
                "language",
                "business_line",
                "employer",
                "job",
                condition=models.Q(left_on__isnull=True),
                name="person_crowd",
            ),
            models.Index(
                "id",
                "site",
                "language",
                condition=models.Q(left_on__isnull=True),
                name="person_at_site",
            ),
            # Whom personas mean by their jobs, with those picked by hand.
            models.Index(
                "job",
                "site",
                "id",
                condition=models.Q(left_on__isnull=True),
                name="person_by_job",
            ),
            # The order of the list of people, of which one page is read.
            models.Index(
                Lower("last_name"),
                Lower("first_name"),
                "id",
                condition=models.Q(left_on__isnull=True),
                name="person_by_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
