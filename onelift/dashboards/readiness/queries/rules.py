"""The rules of readiness whose facts are figures of several floors: informed, and impacts."""

from collections import defaultdict
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from onelift.dashboards.coverage.queries.coverage import Asked, lacking_by_wave, share_by_wave
from onelift.dashboards.impacts.queries.figures import all_impacts, gaps_by_wave
from onelift.dashboards.impacts.queries.impacts import Impacts
from programmes.design import formats
from programmes.queries.readiness import Fact, Measuring, ReadinessRule, Step, register


class InformedRule(ReadinessRule):
    """Of the people of the wave, so many are informed; who possibly is counts as not.

    ``people`` are those who are not, go live soon and are affected by a high impact.
    """

    key = "informed"
    label = _("Informed")
    steps = (Step(60, 25), Step(30, 90))
    margin = 10
    action = "people.count"
    is_of_people = True

    def facts(self, asked: Measuring) -> dict[int, Fact]:
        shares = share_by_wave(asked.programme, asked.scope, asked.now)
        today = asked.now.date()
        lacking = lacking_by_wave(Asked(asked.programme, asked.scope, today), asked.places)
        return {
            wave: Fact(one.informed, one.people, lacking.get(wave, 0))
            for wave, one in shares.items()
        }

    def words(self, fact: Fact) -> str:
        text = ngettext(
            "%(n)s person is not informed", "%(n)s people are not informed", fact.missing
        )
        return text % {"n": formats.number(fact.missing)}

    def url(self, slug: str, wave: int, fact: Fact) -> str:
        address = reverse("dashboards:people-list", args=[slug])
        return f"{address}?{urlencode({'wave': wave, 'informed': 'no'})}"

    def listed(self, fact: Fact) -> int:
        return fact.missing


class ImpactRule(ReadinessRule):
    """Of the personas at sites with a high impact ahead, so many have an approved action.

    ``people`` are those without.
    """

    key = "impacts"
    label = _("High impacts covered")
    steps = (Step(60, 50), Step(30, 95))
    margin = 10
    # Of the whole register, as the fact is.
    action = "register.all"

    def facts(self, asked: Measuring) -> dict[int, Fact]:
        found = all_impacts(asked.programme, asked.scope, asked.now.date())
        gaps, wanted = gaps_by_wave(found), _asked_by_wave(found)
        facts = {}
        for wave in asked.waves:
            figure, total = gaps.get(wave.pk), wanted.get(wave.pk, 0)
            missing = figure.gaps if figure else 0
            facts[wave.pk] = Fact(total - missing, total, figure.people if figure else 0)
        return facts

    def words(self, fact: Fact) -> str:
        text = ngettext(
            "%(n)s person faces a high impact with no approved action",
            "%(n)s people face a high impact with no approved action",
            fact.people,
        )
        return text % {"n": formats.number(fact.people)}

    def url(self, slug: str, wave: int, fact: Fact) -> str:
        address = reverse("dashboards:people-list", args=[slug])
        return f"{address}?{urlencode({'wave': wave, 'unanswered': 'high'})}"

    def listed(self, fact: Fact) -> int:
        return fact.people


def _asked_by_wave(found: Impacts) -> dict[int, int]:
    """Return how many personas at sites feel an impact that must be answered, by wave."""
    felt: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    for hit in found.felt:
        if hit.is_asked:
            felt[hit.place.wave_id].add(hit.target)
    return {wave: len(whom) for wave, whom in felt.items()}


register(InformedRule())
register(ImpactRule())
