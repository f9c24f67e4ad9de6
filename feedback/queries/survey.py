"""The surveys of a programme at a glance."""

from dataclasses import dataclass

from communications.models import State, Tally
from feedback.models import Survey
from feedback.queries.results import Row, figures_within, latest_editions
from feedback.suppression import AnswerGroup, sum_of
from programmes.scope import Scope


@dataclass(frozen=True)
class SurveyLine:
    """One survey of the list; ``total`` holds what is published of it within the scope."""

    survey: Survey
    total: Row
    state: str


def survey_lines(scope: Scope) -> list[SurveyLine]:
    """Return the surveys in view, the latest first, in three queries."""
    surveys = list(Survey.objects.within(scope).select_related("invitation"))
    editions = {edition.survey_id: edition for edition in latest_editions(s.pk for s in surveys)}
    sent = _sent(surveys, scope)
    return [
        SurveyLine(
            survey, _total(editions.get(survey.pk), sent, survey, scope), _state(survey, sent)
        )
        for survey in surveys
    ]


def _sent(surveys: list[Survey], scope: Scope) -> dict[int, int]:
    invitations = [survey.invitation_id for survey in surveys]
    sent = Tally.objects.within(scope).filter(dispatch__message__in=invitations, part=State.SENT)
    return {row["dispatch__message"]: row["n"] for row in sent.by("dispatch__message")}


def _total(edition: object, sent: dict[int, int], survey: Survey, scope: Scope) -> Row:
    figures = sum_of(figures_within(edition, scope), AnswerGroup(None, None, None))  # type: ignore[arg-type]
    return Row("total", "", sent.get(survey.invitation_id, 0), figures)


def _state(survey: Survey, sent: dict[int, int]) -> str:
    """Return ``done``, ``running`` once something was sent, else ``draft``."""
    if survey.closed_at:
        return "done"
    return "running" if sent.get(survey.invitation_id) else "draft"
