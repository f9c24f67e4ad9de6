"""Satisfaction clearly below its goal."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from onelift.dashboards.attention.queries.concern import Concern, Step
from onelift.dashboards.attention.queries.known import Known
from onelift.dashboards.attention.queries.weight import SATISFACTION
from programmes.design import formats


def dissatisfied(known: Known) -> Iterator[Concern]:
    """Yield it where even the upper bound misses the goal; small groups have no satisfaction."""
    found = known.satisfied
    if found is None or 100 * found.interval[1] >= known.goal_percent:
        return
    may_read = known.scope.may("results.read")
    yield Concern(
        SATISFACTION,
        _("%(share)s are satisfied; the goal is %(goal)s")
        % {
            "share": formats.percent(found.share),
            "goal": formats.percent(known.goal_percent / 100),
        },
        advice=_("Clearly below the goal: at most %(high)s, including the margin of error.")
        % {"high": formats.percent(found.interval[1])},
        url=known.answers_url if may_read else "",
        step=Step(_("Read the answers"), known.answers_url) if may_read else None,
    )
