"""Who an action is for, as a rule that is resolved to people at the moment it is needed."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.models import WaveSite
from stakeholders.models.person import Person, PersonQuerySet


class Audience(models.Model):
    """Waves × business lines × sites × employers; an empty line means any.

    Without a wave, all waves of the programme are meant: a person at a site that is in no wave
    is in no audience of the programme.
    """

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="audiences")
    waves = models.ManyToManyField("programmes.Wave", blank=True, verbose_name=_("waves"))
    business_lines = models.ManyToManyField(
        "programmes.BusinessLine", blank=True, verbose_name=_("business lines")
    )
    sites = models.ManyToManyField("programmes.Site", blank=True, verbose_name=_("sites"))
    employers = models.JSONField(_("employers"), default=list, blank=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")

    def __str__(self) -> str:
        return f"{_('audience')} {self.pk}"

    def rule(self) -> dict[str, Any]:
        """Return the rule as plain values, sorted, so that equal rules have one fingerprint."""
        return {
            "programme": self.programme_id,
            "waves": sorted(self.waves.values_list("pk", flat=True)),
            "business_lines": sorted(self.business_lines.values_list("pk", flat=True)),
            "sites": sorted(self.sites.values_list("pk", flat=True)),
            "employers": sorted(self.employers),
        }

    def people(self) -> PersonQuerySet:
        """Return the active people whom the rule means now."""
        return people_of(self.rule())


def people_of(rule: dict[str, Any]) -> PersonQuerySet:
    """Return the active people whom a rule (see ``Audience.rule``) means now."""
    places = WaveSite.objects.filter(wave__programme=rule["programme"])
    if rule["waves"]:
        places = places.filter(wave__in=rule["waves"])
    people = Person.objects.active().filter(site__in=places.values("site"))
    if rule["business_lines"]:
        people = people.filter(business_line__in=rule["business_lines"])
    if rule["sites"]:
        people = people.filter(site__in=rule["sites"])
    if rule["employers"]:
        people = people.filter(employer__in=rule["employers"])
    return people
