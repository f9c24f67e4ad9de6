"""What of a survey may be shown: the one place that decides it, for pages, exports and boards.

The rule is simple by construction. Answers are published in lots: a group that has gained at
least k answers since it was last published takes all its new ones into the next edition, and a
group that has gained fewer takes none. The same holds for each question of a group. Every figure
shown anywhere is a sum of whole groups, so that no difference of figures, of filters or of
editions can isolate fewer than k answers: what remains of any subtraction is made of whole lots.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple, TypedDict

QUESTIONS: tuple[Literal["csat", "nps", "choice"], ...] = ("csat", "nps", "choice")
SMALLEST_COMMENTS = 8


class AnswerGroup(NamedTuple):
    """Whose answers: ids of wave, region and site; None where the group is coarser."""

    wave: int | None
    region: int | None
    site: int | None


class Figures(TypedDict):
    """The counts of one group. A question without counts is not published."""

    wave: int | None
    region: int | None
    site: int | None
    n: int
    csat: dict[str, int]
    nps: dict[str, int]
    choice: dict[str, int]


def group_of(figures: Figures) -> AnswerGroup:
    """Return whose figures these are."""
    return AnswerGroup(figures["wave"], figures["region"], figures["site"])


def no_figures(group: AnswerGroup) -> Figures:
    """Return the figures of a group of which nothing is published yet."""
    wave, region, site = group
    return Figures(wave=wave, region=region, site=site, n=0, csat={}, nps={}, choice={})


def may_gain(published: int, answered: int, k: int) -> bool:
    """Tell whether a group has gained enough since it was last published."""
    return answered - published >= k


def next_figures(published: Figures, answered: Figures, k: int) -> Figures:
    """Return what the next edition shows of one group, given all that it has answered."""
    if not may_gain(published["n"], answered["n"], k):
        return published
    shown: Figures = {**published, "n": answered["n"]}
    for question in QUESTIONS:
        before, after = published[question], answered[question]
        if may_gain(sum(before.values()), sum(after.values()), k):
            shown[question] = dict(after)
    return shown


def next_edition(published: list[Figures], answered: Iterable[Figures], k: int) -> list[Figures]:
    """Return the figures of all groups shown in the next edition, in a fixed order."""
    shown = {group_of(figures): figures for figures in published}
    for figures in answered:
        group = group_of(figures)
        shown[group] = next_figures(shown.get(group, no_figures(group)), figures, k)
    kept = [figures for figures in shown.values() if figures["n"] >= k]
    return sorted(kept, key=lambda f: [part or 0 for part in group_of(f)])


def sum_of(parts: Iterable[Figures], group: AnswerGroup) -> Figures:
    """Return the figures of a larger group: the sum of the whole groups in it."""
    total = no_figures(group)
    for part in parts:
        total["n"] += part["n"]
        for question in QUESTIONS:
            total[question] = dict(Counter(total[question]) + Counter(part[question]))
    return total


def gained(before: Iterable[Figures], after: Iterable[Figures]) -> Figures:
    """Return what a later edition counts beyond an earlier one: whole lots, or nothing."""
    nobody = AnswerGroup(None, None, None)
    old, new = sum_of(before, nobody), sum_of(after, nobody)
    gain = Figures({**new, "n": new["n"] - old["n"]})
    for question in QUESTIONS:
        gain[question] = dict(Counter(new[question]) - Counter(old[question]))
    return gain


def comments_due(published: int, waiting: int, k: int) -> bool:
    """Tell whether the comments that wait may be read: eight at first, then k new ones."""
    smallest = max(k, SMALLEST_COMMENTS) if published == 0 else k
    return waiting >= smallest
