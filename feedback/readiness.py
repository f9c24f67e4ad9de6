"""The rule of readiness on this floor: from the go-live on, people are satisfied."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import Survey
from feedback.queries.response import editions_of
from feedback.queries.results import satisfactions
from programmes.design import formats
from programmes.queries.readiness import Fact, Measuring, ReadinessRule, Step, register


class SatisfactionRule(ReadinessRule):
    """What the wave itself answers, where it may be shown, against the goal of the survey."""

    key = "satisfaction"
    label = gettext_lazy("Satisfied")
    steps = (Step(0, 75),)
    margin = 15
    action = "results.read"
    is_of_people = True

    def facts(self, asked: Measuring) -> dict[int, Fact]:
        found, _total = satisfactions("wave", editions_of(asked.programme), asked.scope)
        surveys = Survey.objects.within(asked.scope).order_by("-pk")
        goals = list(surveys.values_list("pk", "goal_percent"))
        goal = goals[0][1] if goals else None
        target = goals[0][0] if len(goals) == 1 else None
        return {
            wave: Fact(one.satisfied, one.answers, goal=goal, target=target)
            for wave, one in found.items()
        }

    def words(self, fact: Fact) -> str:
        values = {"share": self.shown(fact), "n": formats.number(fact.total)}
        return _("%(share)s satisfied, %(n)s answers") % values

    def praise(self, fact: Fact) -> str:
        return self.words(fact) if fact.total else _("No answers shown yet")

    def url(self, slug: str, wave: int, fact: Fact) -> str:
        if fact.target is None:
            return reverse("feedback:survey-list", args=[slug])
        return reverse("feedback:results-show", args=[slug, fact.target])


register(SatisfactionRule())
