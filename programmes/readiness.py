"""The rules of readiness on this floor: sites can ask somebody, and go live on a working day."""

from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programmes.models import SupportContact
from programmes.queries.readiness import Fact, Measuring, ReadinessRule, Step, register
from programmes.queries.support import merged
from programmes.timing import rest_on


class SupportRule(ReadinessRule):
    """Each site of the wave has a telephone, an address or a page for help."""

    key = "support"
    label = _("Support staffed")
    steps = (Step(30, 100),)
    action = "setup.read"

    def facts(self, asked: Measuring) -> dict[int, Fact]:
        """Return how many sites have a contact, or share the programme's (one query)."""
        contacts: defaultdict[int | None, list[SupportContact]] = defaultdict(list)
        for contact in SupportContact.objects.within(asked.scope):
            contacts[contact.site_id].append(contact)

        def is_helped(site: int) -> bool:
            return merged([*contacts[site], *contacts[None]]).is_anybody

        found = {}
        for wave in asked.waves:
            sites = asked.sites_of(wave)
            found[wave.pk] = Fact(sum(map(is_helped, sites)), len(sites))
        return found

    def words(self, fact: Fact) -> str:
        text = ngettext(
            "%(n)d site has no support contact", "%(n)d sites have no support contact", fact.missing
        )
        return text % {"n": fact.missing}

    def url(self, slug: str, wave: int, fact: Fact) -> str:
        return f"{reverse('programmes:support-list', args=[slug])}?wave={wave}&lacks=contact"

    def listed(self, fact: Fact) -> int | None:
        return fact.missing


class WorkingDayRule(ReadinessRule):
    """Each site goes live on a day on which it works; if not, that is close and never fails."""

    key = "working_days"
    label = _("Go-live on a working day")
    margin = 100
    action = "people.count"

    def facts(self, asked: Measuring) -> dict[int, Fact]:
        resting = {p.pk for p in asked.places if rest_on(p.live_on, p.site)}
        found = {}
        for wave in asked.waves:
            own = [place.pk for place in asked.places if place.wave_id == wave.pk]
            found[wave.pk] = Fact(sum(1 for pk in own if pk not in resting), len(own))
        return found

    def words(self, fact: Fact) -> str:
        text = ngettext(
            "%(n)d site goes live on a non-working day",
            "%(n)d sites go live on a non-working day",
            fact.missing,
        )
        return text % {"n": fact.missing}

    def url(self, slug: str, wave: int, fact: Fact) -> str:
        return f"{reverse('dashboards:site-list', args=[slug])}?live_on=rest&wave={wave}"

    def listed(self, fact: Fact) -> int | None:
        return fact.missing


register(SupportRule())
register(WorkingDayRule())
