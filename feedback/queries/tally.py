"""Counts of answers, published or not. Only the edition service may read this module."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count

from feedback.models import Answer, Survey
from feedback.scoring import nps_kind
from feedback.suppression import Figures, Group, may_gain, no_figures

GROUP = ("segment__wave", "segment__region", "segment__site")


def gaining_groups(survey: Survey, k: int) -> list[Group]:
    """Return the groups with enough answers that no edition counts yet."""
    rows = (
        Answer.objects.filter(segment__survey=survey, edition=None)
        .values_list(*GROUP)
        .annotate(n=Count("*"))
        .order_by()
    )
    return [Group(*row[:3]) for row in rows if may_gain(0, row[3], k)]


def tally_of(survey: Survey, groups: Iterable[Group]) -> list[Figures]:
    """Return the counts of all answers of some groups, those not published yet included."""
    tallies = {group: no_figures(group) for group in groups}
    rows = (
        Answer.objects.filter(segment__survey=survey)
        .values_list(*GROUP, "csat", "nps", "choice")
        .annotate(n=Count("*"))
        .order_by()
    )
    for row in rows:
        if tally := tallies.get(Group(*row[:3])):
            _add(tally, row[3:6], row[6])
    return list(tallies.values())


def _add(tally: Figures, values: tuple[Any, Any, Any], n: int) -> None:
    csat, nps, choice = values
    tally["n"] += n
    _count(tally["csat"], csat, n)
    _count(tally["nps"], None if nps is None else nps_kind(nps), n)
    _count(tally["choice"], choice, n)


def _count(counts: dict[str, int], value: int | str | None, n: int) -> None:
    if value is not None:
        counts[str(value)] = counts.get(str(value), 0) + n
