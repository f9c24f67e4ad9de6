"""What a survey has found, from its published editions only, narrowed to a scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import cached_property

from communications.models import State, Tally
from feedback.models import Comment, Edition, Option, Survey
from feedback.queries.response import (
    Response,
    Responses,
    answered_by_group,
    latest_editions,
)
from feedback.scoring import csat, nps, wilson
from feedback.suppression import AnswerGroup, Figures, group_of, sum_of
from programmes.models import WaveSite
from programmes.scope import EVERYTHING, Scope

NOBODY = AnswerGroup(None, None, None)


@dataclass(frozen=True)
class Satisfaction:
    """How many of the answers are a 4 or a 5, with the Wilson 95 % interval."""

    satisfied: int
    answers: int

    @property
    def share(self) -> float:
        """Return the fraction that is satisfied."""
        return self.satisfied / self.answers

    @cached_property
    def interval(self) -> tuple[float, float]:
        """Return the bounds of the 95 % interval, two fractions."""
        return wilson(self.satisfied, self.answers)

    @property
    def percent(self) -> int:
        """Return the share in whole percent."""
        return round(100 * self.share)

    @property
    def low_percent(self) -> int:
        """Return the lower bound in whole percent."""
        return round(100 * self.interval[0])

    @property
    def high_percent(self) -> int:
        """Return the upper bound in whole percent."""
        return round(100 * self.interval[1])


def satisfaction_of(figures: Figures) -> Satisfaction | None:
    """Return the satisfaction of a group, or None where none is published."""
    satisfied, answers = csat(figures["csat"])
    return Satisfaction(satisfied, answers) if answers else None


@dataclass(frozen=True)
class Row:
    """A group on the results page: ``delivered`` invitations, and what is published of it.

    ``reason`` is empty, or ``few_people`` (asked so few that they count in their region), or
    ``few_answers`` (not enough answers yet). ``response`` counts answers as they come; that of a
    larger group stands on a row that has none of its own at the close.
    """

    key: str
    name: str
    delivered: int
    figures: Figures
    reason: str = ""
    response: Response | None = None

    @property
    def answers(self) -> int:
        """Return how many answers are published."""
        return self.figures["n"]

    @property
    def satisfaction(self) -> Satisfaction | None:
        """Return the satisfaction, or None where it is hidden."""
        return satisfaction_of(self.figures)

    @property
    def response_share(self) -> float | None:
        """Return answers per delivered invitation, or None where they are hidden."""
        return self.response.share if self.response else None

    @property
    def response_percent(self) -> int | None:
        """Return the response in whole percent, or None where it is hidden."""
        return None if self.response_share is None else round(100 * self.response_share)

    @property
    def nps(self) -> float | None:
        """Return the net promoter score, or None where it is hidden."""
        return nps(self.figures["nps"])

    @property
    def nps_points(self) -> int | None:
        """Return it in whole points, as it is shown."""
        return None if self.nps is None else round(self.nps)


@dataclass(frozen=True)
class Results:
    """The latest edition of a survey within a scope; ``number`` is 0 before the first."""

    number: int
    published_at: datetime | None
    total: Row
    waves: list[Row]
    sites: list[Row]
    rest: list[Row]
    choices: list[tuple[str, int]]
    choice_question: str


def figures_within(edition: Edition | None, scope: Scope) -> list[Figures]:
    """Return the published groups in view; without all regions, the coarser ones are not."""
    published: list[Figures] = edition.figures if edition else []
    if scope.regions is None:
        return published
    return [figures for figures in published if figures["region"] in scope.regions]


def satisfactions(
    part: str, editions: Iterable[Edition], scope: Scope = EVERYTHING
) -> tuple[dict[int, Satisfaction], Satisfaction | None]:
    """Return the satisfaction by ``wave``, ``region`` or ``site``, and in total.

    ``editions`` are the latest of each survey.
    """
    published = [one for edition in editions for one in figures_within(edition, scope)]
    return _satisfaction_by(part, published), satisfaction_of(sum_of(published, NOBODY))


def _satisfaction_by(part: str, published: list[Figures]) -> dict[int, Satisfaction]:
    keys = {getattr(group_of(figures), part) for figures in published} - {None}
    found = {key: satisfaction_of(_sum_where(published, part, key)) for key in keys}
    return {key: satisfaction for key, satisfaction in found.items() if satisfaction}


def _sum_where(published: list[Figures], part: str, key: int | None) -> Figures:
    return sum_of((f for f in published if getattr(group_of(f), part) == key), NOBODY)


def results_of(survey: Survey, scope: Scope) -> Results:
    """Return all that a survey's page shows, in a number of queries that does not grow."""
    edition = next(iter(latest_editions([survey.pk])), None)
    published = figures_within(edition, scope)
    places = _places(scope)
    delivered = delivered_by_site(survey, scope)
    asked = [place for place in places if place.site_id in delivered]
    answered = answered_by_group(survey, edition.figures if edition else [])
    responses = Responses(survey, answered, delivered, places, scope)
    total = sum_of(published, NOBODY)
    options = list(Option.objects.filter(question__survey=survey).select_related("question"))
    return Results(
        number=edition.number if edition else 0,
        published_at=edition.published_at if edition else None,
        total=Row("total", "", sum(delivered.values()), total, response=responses.of(NOBODY)),
        waves=_wave_rows(asked, delivered, published, responses),
        sites=_site_rows(survey, asked, delivered, published, responses),
        rest=_rest_rows(places, published),
        choices=_choices(options, total),
        choice_question=options[0].question.text if options else "",
    )


def delivered_by_site(survey: Survey, scope: Scope) -> dict[int, int]:
    """Return how many invitations were sent to each site in view."""
    sent = Tally.objects.within(scope).filter(
        dispatch__message=survey.invitation_id, part=State.SENT
    )
    return {row["site"]: row["n"] for row in sent.by("site")}


def _places(scope: Scope) -> list[WaveSite]:
    places = WaveSite.objects.within(scope)
    return list(places.select_related("wave", "site__region"))


def _wave_rows(
    places: list[WaveSite],
    delivered: dict[int, int],
    published: list[Figures],
    responses: Responses,
) -> list[Row]:
    waves = {place.wave_id: place.wave.name for place in places}
    people = {
        wave: sum(delivered[p.site_id] for p in places if p.wave_id == wave) for wave in waves
    }
    return [
        _row(
            f"wave-{wave}",
            name,
            people[wave],
            _sum_where(published, "wave", wave),
            response=responses.of(AnswerGroup(wave, None, None)),
        )
        for wave, name in waves.items()
    ]


def _site_rows(
    survey: Survey,
    places: list[WaveSite],
    delivered: dict[int, int],
    published: list[Figures],
    responses: Responses,
) -> list[Row]:
    own = set(survey.sites.exclude(segment__site=None).values_list("site", flat=True))
    rows = []
    for place in {place.site_id: place for place in places}.values():
        site = place.site
        figures = _sum_where(published, "site", site.pk)
        reason = "" if site.pk in own else "few_people"
        response = responses.of(AnswerGroup(place.wave_id, site.region_id, site.pk))
        row = _row(f"site-{site.pk}", site.name, delivered[site.pk], figures, reason, response)
        rows.append(row)
    return sorted(rows, key=_by_satisfaction)


def _row(
    key: str,
    name: str,
    people: int,
    figures: Figures,
    reason: str = "",
    response: Response | None = None,
) -> Row:
    hidden = reason or ("" if figures["n"] else "few_answers")
    return Row(key, name, people, figures, hidden, response)


def _by_satisfaction(row: Row) -> tuple[float, str]:
    return (-row.satisfaction.share if row.satisfaction else 1.0, row.name)


def _rest_rows(places: list[WaveSite], published: list[Figures]) -> list[Row]:
    """Return the groups that hold the sites with few people, and at the close the remnants."""
    regions = {place.site.region_id: place.site.region.name for place in places}
    rest = {figures["region"] for figures in published if figures["site"] is None}
    return [
        Row(
            f"rest-{region or 0}",
            regions.get(region, "") if region else "",
            0,
            sum_of((f for f in published if f["region"] == region and not f["site"]), NOBODY),
        )
        for region in sorted(rest, key=lambda pk: pk or 0)
    ]


def _choices(options: list[Option], total: Figures) -> list[tuple[str, int]]:
    counts = total["choice"]
    return [(option.text, counts.get(str(option.pk), 0)) for option in options] if counts else []


def comments_of(survey: Survey, scope: Scope) -> QuerySet[Comment]:
    """Return the published comments in random order; they have no region, so only all see them."""
    published = Comment.objects.filter(survey=survey).order_by("pk")
    return published if scope.regions is None else published.none()
