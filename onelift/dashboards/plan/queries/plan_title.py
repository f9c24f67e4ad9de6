"""The sentence on top of the plan: the first rule that fits says what matters most."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onelift.dashboards.plan.queries.plan import PlanBoard


def plan_finding(board: PlanBoard) -> str:
    """Return what the reader of the plan should know first."""
    over = len({each.week for each in board.overloads})
    if over:
        words = ngettext(
            "%(n)d week in the plan is over the limit",
            "%(n)d weeks in the plan are over the limit",
            over,
        )
        return words % {"n": over}
    late, coming = len(board.late), len(board.coming)
    if late:
        words = ngettext(
            "%(n)d activity was not approved in time",
            "%(n)d activities were not approved in time",
            late,
        )
        return words % {"n": late}
    words = ngettext("%(n)d activity to come", "%(n)d activities to come", coming)
    return words % {"n": coming} if coming else _("Nothing is to come in these weeks")
