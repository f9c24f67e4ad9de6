"""How many of those asked have answered. Of what they answered, and who, nothing is read here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncWeek
from django.utils.functional import cached_property

from communications.models import State, Tally
from feedback.models import Answer, Edition, HeldAnswer, Survey
from feedback.suppression import AnswerGroup, Figures, group_of
from programmes.models import Programme, WaveSite
from programmes.scope import EVERYTHING, Scope

TOTAL = "total"
ALL = AnswerGroup(None, None, None)
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


def latest_editions(surveys: Iterable[int]) -> list[Edition]:
    """Return the latest edition of each survey (one query)."""
    last = Edition.objects.filter(survey=OuterRef("survey")).order_by("-number")
    return list(
        Edition.objects.filter(
            survey__in=surveys, number=Subquery(last.values("number")[:1])
        ).order_by("survey")
    )


def editions_of(programme: Programme) -> list[Edition]:
    """Return the latest edition of each survey of a programme (one query)."""
    return latest_editions(Survey.objects.filter(programme=programme).values_list("pk", flat=True))


@dataclass(frozen=True)
class Surveys:
    """The surveys of a programme with their editions, asked once for all of a board.

    ``past`` are the last editions of each week, the first first, where they were asked for.
    """

    all: list[Survey]
    past: list[Edition]

    @cached_property
    def editions(self) -> list[Edition]:
        """Return the latest edition of each survey."""
        return list({edition.survey_id: edition for edition in self.past}.values())


def surveys_of(programme: Programme, since: date | None = None) -> Surveys:
    """Return the surveys of a programme (two queries, one without a survey).

    ``since`` is a Monday from which on the editions of each week are wanted.
    """
    found = list(Survey.objects.filter(programme=programme))
    keys = [survey.pk for survey in found]
    return Surveys(found, weekly_editions(keys, since) if since else latest_editions(keys))


def weekly_editions(surveys: Iterable[int], since: date) -> list[Edition]:
    """Return the last edition of each week, and of all weeks before a Monday together (one query).

    They are in the order of survey and number. The one from before is what the first week adds to.
    """
    start = datetime.combine(since, time(), UTC)
    editions = Edition.objects.annotate(week=TruncWeek("published_at", tzinfo=UTC))
    later = editions.filter(survey=OuterRef("survey"), number__gt=OuterRef("number"))
    last_of_week = Q(published_at__gte=start) & ~Exists(later.filter(week=OuterRef("week")))
    last_before = Q(published_at__lt=start) & ~Exists(later.filter(published_at__lt=start))
    return list(
        editions.filter(last_of_week | last_before, survey__in=surveys).order_by("survey", "number")
    )


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


def response_to_all(programme: Programme) -> Response | None:
    """Return the response to all surveys of a programme together, in a fixed number of queries.

    A survey whose response is hidden is left out, with those it asked.
    """
    scope = replace(EVERYTHING, programme=programme.pk)
    own = WaveSite.objects.filter(wave__programme=programme)
    places = list(own.select_related("wave", "site__region"))
    return _together(each.of(ALL) for each in _responses(surveys_of(programme), places, scope))


def responses_by(
    part: str, surveys: Surveys, places: Sequence[WaveSite], scope: Scope
) -> dict[int, Response]:
    """Return the response by ``wave`` or ``site``, as the pages of its surveys have it.

    ``places`` are the sites in view with their waves and regions; two queries.
    """
    groups = {
        place.wave_id if part == "wave" else place.site_id: _group_at(place, part)
        for place in places
    }
    each = _responses(surveys, places, scope)
    found = {key: _together(one.of(group) for one in each) for key, group in groups.items()}
    return {key: response for key, response in found.items() if response}


def _group_at(place: WaveSite, part: str) -> AnswerGroup:
    if part == "wave":
        return AnswerGroup(place.wave_id, None, None)
    return AnswerGroup(place.wave_id, place.site.region_id, place.site_id)


def _responses(surveys: Surveys, places: Sequence[WaveSite], scope: Scope) -> list[Responses]:
    """Return the responses of each survey (two queries, none without a survey)."""
    answered, delivered = _answered_by_survey(surveys), _delivered_by_survey(surveys.all)
    return [
        Responses(each, answered[each.pk], delivered[each.invitation_id], places, scope)
        for each in surveys.all
    ]


def _together(shown: Iterable[Response | None]) -> Response | None:
    """Add up what several surveys show; that of a larger group is nothing to add to."""
    found = [one for one in shown if one]
    if len(found) == 1:
        return found[0]
    own = [one for one in found if not one.counted_in]
    answered, asked = sum(one.answered for one in own), sum(one.asked for one in own)
    return Response(answered, asked) if own else None


def _answered_by_survey(surveys: Surveys) -> dict[int, Counter[AnswerGroup]]:
    """Return what ``answered_by_group`` does, by survey (one query)."""
    found: dict[int, Counter[AnswerGroup]] = defaultdict(Counter)
    for edition in surveys.editions:
        for figures in edition.figures:
            found[edition.survey_id][group_of(figures)] += figures["n"]
    open_ones, held = (
        waiting.filter(segment__survey__in=surveys.all)
        .values_list("segment__survey", *GROUP)
        .annotate(n=Count("*"))
        .order_by()
        for waiting in (Answer.objects.filter(edition=None), HeldAnswer.objects.all())
    )
    for survey, *group, n in open_ones.union(held, all=True):
        found[survey][AnswerGroup(*group)] += n
    return found


def _delivered_by_survey(surveys: Iterable[Survey]) -> dict[int, dict[int, int]]:
    """Return how many invitations reached each site, by the id of the invitation (one query)."""
    invitations = [survey.invitation_id for survey in surveys]
    sent = Tally.objects.filter(dispatch__message__in=invitations, part=State.SENT)
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for row in sent.by("dispatch__message", "site"):
        found[row["dispatch__message"]][row["site"]] = row["n"]
    return found
