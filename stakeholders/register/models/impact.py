"""What one change does to some personas at some sites."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.database.removal import Removable, RemovableQuerySet
from programmes.models import Programme, Site
from programmes.scope import Scope
from stakeholders.audiences.models.persona import Persona, rule_lookups


class Severity(models.IntegerChoices):
    """How hard a change is felt."""

    LOW = 1, _("low")
    SOME = 2, _("some")
    HIGH = 3, _("high")
    VERY_HIGH = 4, _("very high")


class ImpactQuerySet(RemovableQuerySet["Impact"]):
    """Words on impacts."""

    def within(self, scope: Scope) -> "ImpactQuerySet":
        """Narrow to all, or to those of own streams or felt in own regions, or to none."""
        if not scope.may("register.read"):
            return self.none()
        here = self.filter(scope.here())
        if scope.may("register.all"):
            return here
        own = Q(stream__in=scope.streams or ())
        if scope.regions:
            places = Impact.sites.through.objects
            there = places.filter(site__region__in=scope.regions).values("impact")
            own |= Q(pk__in=there) | ~Q(pk__in=places.values("impact"))
        return here.filter(own)

    def of(self, programme: Programme) -> "ImpactQuerySet":
        return self.filter(programme=programme)

    def with_whom(self) -> "ImpactQuerySet":
        """Load stream, sites and personas with their rules, in queries whose number is fixed."""
        lookups = ("sites", "personas", *rule_lookups("personas__"))
        return self.select_related("stream").prefetch_related(*lookups)


class Impact(Removable):
    """What a change does: how it is today, how it will be, and what that is good for.

    Without a site it is felt wherever its personas work. Which actions answer it stands on these:
    a message, and later an event, names the impacts that it answers.
    """

    class Dimension(models.TextChoices):
        PROCESS = "process", _("Process")
        TOOL = "tool", _("Tool")
        ROLE = "role", _("Role")
        ORGANISATION = "organisation", _("Organisation")
        SUPPORT = "support", _("Support")

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="impacts")
    stream = models.ForeignKey(
        "programmes.Stream",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="impacts",
        verbose_name=_("stream"),
    )
    name = models.CharField(_("what changes"), max_length=120)
    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    before = models.TextField(_("today"), blank=True)
    after = models.TextField(_("from go-live on"), blank=True)
    benefit = models.TextField(_("benefit"), blank=True)
    personas: "models.ManyToManyField[Persona, Any]" = models.ManyToManyField(
        "stakeholders.Persona", related_name="impacts", verbose_name=_("personas")
    )
    sites: "models.ManyToManyField[Site, Any]" = models.ManyToManyField(
        "programmes.Site", blank=True, related_name="+", verbose_name=_("sites")
    )

    objects = ImpactQuerySet.as_manager()

    class Meta:
        verbose_name = _("impact")
        verbose_name_plural = _("impacts")
        ordering = ["-severity", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__gte=Severity.LOW, severity__lte=Severity.VERY_HIGH),
                name="impact_has_a_severity",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_high(self) -> bool:
        """Tell whether it must be answered by an action."""
        return self.severity >= Severity.HIGH
