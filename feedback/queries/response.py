"""How many of those asked have answered. Of what they answered, and who, nothing is read here."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from feedback.models import Answer, HeldAnswer, Survey
from feedback.suppression import AnswerGroup, Figures, group_of
from programmes.models import WaveSite
from programmes.scope import Scope

TOTAL = "total"
GROUP = ("segment__wave", "segment__region", "segment__site")


@dataclass(frozen=True)
class Response:
    """How many of so many delivered invitations were answered.

    ``counted_in`` is empty, or names the larger group that this is the response of: a region or a
    wave, or ``TOTAL``.
    """

    answered: int
    asked: int
    counted_in: str = ""

    @property
    def share(self) -> float:
        """Return the fraction that has answered; nobody can answer twice."""
        return min(1.0, self.answered / self.asked)


def answered_by_group(survey: Survey, published: Iterable[Figures]) -> Counter[AnswerGroup]:
    """Return how many have answered by group, held answers included (two queries).

    No row of a person is asked. What editions count they have counted already, so that only the
    answers that wait are counted here, however many there are.
    """
    answered = Counter({group_of(figures): figures["n"] for figures in published})
    for waiting in (Answer.objects.filter(edition=None), HeldAnswer.objects.all()):
        answered.update(_counted(survey, waiting))
    return answered


def _counted(
    survey: Survey, answers: QuerySet[Answer] | QuerySet[HeldAnswer]
) -> dict[AnswerGroup, int]:
    rows = answers.filter(segment__survey=survey).values_list(*GROUP).annotate(n=Count("*"))
    return {AnswerGroup(*row[:3]): row[3] for row in rows.order_by()}


class Responses:
    """The responses of one survey, as far as a reader may see them.

    As of figures, a group with fewer than k answers has none, and no larger group counts it. Once
    the survey is closed, such a group has the response of the next larger one, to which its answers
    were moved: the region in its wave, the wave, then all.

    Args:
        survey: the one that asks.
        answered: by group, from ``answered_by_group``.
        delivered: how many invitations reached each site in view.
        places: the sites in view with their waves.
        scope: of the reader; the groups of other regions are left out.

    """

    def __init__(
        self,
        survey: Survey,
        answered: Mapping[AnswerGroup, int],
        delivered: Mapping[int, int],
        places: Iterable[WaveSite],
        scope: Scope,
    ) -> None:
        self.is_closed = survey.closed_at is not None
        self._answered = {
            group: n
            for group, n in answered.items()
            if n >= survey.smallest_group
            and (scope.regions is None or group.region in scope.regions)
        }
        places = list(places)
        self._names = {
            **{AnswerGroup(p.wave_id, p.site.region_id, None): p.site.region.name for p in places},
            **{AnswerGroup(p.wave_id, None, None): p.wave.name for p in places},
        }
        self._asked = {
            AnswerGroup(place.wave_id, place.site.region_id, place.site_id): delivered[
                place.site_id
            ]
            for place in places
            if place.site_id in delivered
        }

    def of(self, group: AnswerGroup) -> Response | None:
        """Return the response of a group and all in it; None as long as it is hidden."""
        counted_in = ""
        while not (answered := _sum(self._answered, group)):
            if not self.is_closed or not any(group):
                return None
            group = _coarser(group)
            counted_in = self._names.get(group, TOTAL)
        asked = _sum(self._asked, group)
        return Response(answered, asked, counted_in) if asked else None


def _sum(counts: Mapping[AnswerGroup, int], group: AnswerGroup) -> int:
    return sum(n for part, n in counts.items() if _holds(group, part))


def _holds(group: AnswerGroup, part: AnswerGroup) -> bool:
    return all(own in (None, its) for own, its in zip(group, part, strict=True))


def _coarser(group: AnswerGroup) -> AnswerGroup:
    if group.site:
        return group._replace(site=None)
    return group._replace(region=None) if group.region else AnswerGroup(None, None, None)
