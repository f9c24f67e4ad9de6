"""The rule of readiness on this floor: nobody with power over the change resists it."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programmes.queries.readiness import Fact, Measuring, ReadinessRule, Step, register
from stakeholders.register.models.stakeholder import Engagement, Stakeholder
from stakeholders.register.queries.stakeholder import RESISTS_WITH_POWER


class SponsorRule(ReadinessRule):
    """Of the stakeholders with power, those of the whole programme and of the wave's regions."""

    key = "sponsors"
    label = _("Sponsors and powerful stakeholders")
    steps = (Step(60, 100),)
    # Of the whole register, as the fact is.
    action = "register.all"

    def facts(self, asked: Measuring) -> dict[int, Fact]:
        present = Stakeholder.objects.of(asked.programme).present()
        powerful = [one for one in present if one.has_power]
        found = {}
        for wave in asked.waves:
            regions = {p.site.region_id for p in asked.places if p.wave_id == wave.pk}
            own = [one for one in powerful if one.region_id in {None, *regions}]
            calm = [one for one in own if one.engagement != Engagement.RESISTANT]
            found[wave.pk] = Fact(len(calm), len(own))
        return found

    def words(self, fact: Fact) -> str:
        text = ngettext(
            "%(n)d powerful stakeholder resists",
            "%(n)d powerful stakeholders resist",
            fact.missing,
        )
        return text % {"n": fact.missing}

    def url(self, slug: str, wave: int, fact: Fact) -> str:
        address = reverse("stakeholders:stakeholder-list", args=[slug])
        return f"{address}?wave={wave}&{RESISTS_WITH_POWER}"

    def listed(self, fact: Fact) -> int | None:
        return fact.missing

    def asked(self, percent: int) -> str:
        return str(_("no one resists")) if percent == 100 else super().asked(percent)


register(SponsorRule())
