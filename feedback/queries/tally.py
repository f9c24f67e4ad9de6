"""Counts of answers, published or not. Only the edition service may read this module."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count

from feedback.models import Answer, Segment, Survey
from feedback.scoring import nps_kind
from feedback.suppression import AnswerGroup, Figures, may_gain, no_figures

GROUP = ("segment__wave", "segment__region", "segment__site")


def gaining_groups(survey: Survey, k: int) -> list[AnswerGroup]:
    """Return the groups with enough answers that no edition counts yet."""
    rows = (
        Answer.objects.filter(segment__survey=survey, edition=None)
        .values_list(*GROUP)
        .annotate(n=Count("*"))
        .order_by()
    )
    return [AnswerGroup(*row[:3]) for row in rows if may_gain(0, row[3], k)]


def tally_of(survey: Survey, groups: Iterable[AnswerGroup]) -> list[Figures]:
    """Return the counts of all answers of some groups, those not published yet included."""
    tallies = {group: no_figures(group) for group in groups}
    segments = Segment.objects.filter(survey=survey).values_list("pk", "wave", "region", "site")
    group_of = {pk: AnswerGroup(*group) for pk, *group in segments}
    counted = [pk for pk, group in group_of.items() if group in tallies]
    rows = (
        Answer.objects.filter(segment__in=counted)
        .values_list("segment", "csat", "nps", "choice")
        .annotate(n=Count("*"))
        .order_by()
    )
    for segment, *values, n in rows:
        _add(tallies[group_of[segment]], values, n)
    return list(tallies.values())


def _add(tally: Figures, values: Sequence[Any], n: int) -> None:
    csat, nps, choice = values
    tally["n"] += n
    _count(tally["csat"], csat, n)
    _count(tally["nps"], None if nps is None else nps_kind(nps), n)
    _count(tally["choice"], choice, n)


def _count(counts: dict[str, int], value: int | str | None, n: int) -> None:
    if value is not None:
        counts[str(value)] = counts.get(str(value), 0) + n
