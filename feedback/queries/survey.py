"""The surveys of a programme at a glance."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from communications.models import State, Tally
from feedback.models import Survey
from feedback.queries.response import latest_editions
from feedback.queries.results import Row, figures_within
from feedback.suppression import AnswerGroup, sum_of
from programmes.scope import Scope


@dataclass(frozen=True)
class SurveyLine:
    """One survey of the list; ``total`` holds what is published of it within the scope.

    ``dispatch`` is the id of the sending that invited, if it is one.
    """

    survey: Survey
    total: Row
    state: str
    dispatch: int | None


def survey_lines(scope: Scope) -> list[SurveyLine]:
    """Return the surveys in view, the latest first, in three queries."""
    surveys = list(Survey.objects.within(scope).select_related("invitation"))
    editions = {edition.survey_id: edition for edition in latest_editions(s.pk for s in surveys)}
    sent = _sent(surveys, scope)
    return [
        SurveyLine(
            survey,
            _total(editions.get(survey.pk), sent, survey, scope),
            _state(survey, sent),
            next(iter(by), None) if len(by := sent[survey.invitation_id]) == 1 else None,
        )
        for survey in surveys
    ]


def _sent(surveys: list[Survey], scope: Scope) -> dict[int, Counter[int]]:
    """Return how many invitations arrived, by the id of the invitation and of its sending."""
    invitations = [survey.invitation_id for survey in surveys]
    sent = Tally.objects.within(scope).filter(dispatch__message__in=invitations, part=State.SENT)
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for row in sent.by("dispatch__message", "dispatch"):
        found[row["dispatch__message"]][row["dispatch"]] = row["n"]
    return found


def _total(edition: object, sent: dict[int, Counter[int]], survey: Survey, scope: Scope) -> Row:
    figures = sum_of(figures_within(edition, scope), AnswerGroup(None, None, None))  # type: ignore[arg-type]
    return Row("total", "", sent[survey.invitation_id].total(), figures)


def _state(survey: Survey, sent: dict[int, Counter[int]]) -> str:
    """Return ``done``, ``running`` once something was sent, else ``draft``."""
    if survey.closed_at:
        return "done"
    return "running" if sent[survey.invitation_id].total() else "draft"
