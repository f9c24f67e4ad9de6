"""Copying a survey, and deleting a draft."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from communications.messages.services.copying import (
    copy_subjects,
    delete_texts,
    frame_of,
    refuse_decided,
)
from feedback.models import Question, Survey
from feedback.queries.questionnaire import questions_of
from feedback.services.survey import OWN, SurveyData, SurveyTexts, create_survey
from feedback.translation import text_in
from programmes.queries.texts import text_of
from programmes.services.texts import forget_texts
from stakeholders.models import User

LONGEST_NAME = 120


@transaction.atomic
def copy_survey(survey: Survey, user: User, now: datetime) -> Survey:
    """Return a new draft with the questions, the audience, the time and all texts of a survey."""
    invitation, questions = survey.invitation, questions_of(survey)
    name = (_("Copy of %(name)s") % {"name": survey.name})[:LONGEST_NAME]
    found = {code: texts_in(survey, questions, code) for code in survey.programme.languages}
    own = {each: getattr(survey, each) for each in OWN}
    data = SurveyData(
        **own | {"name": name},
        frame=replace(frame_of(invitation), purpose=name),
        texts={code: texts for code, texts in found.items() if texts.is_any},
        required=frozenset(each.kind for each in questions if each.is_required),
        order=[each.kind for each in questions],
    )
    made = create_survey(survey.programme, data, user, now)
    copy_subjects(invitation, made.invitation)
    return made


def texts_in(survey: Survey, questions: list[Question], language: str) -> SurveyTexts:
    """Return what is written of a survey in exactly one language; answers keep their places."""
    invitation = text_of(survey.invitation, language, ("subject", "body"))
    options = [text_in(option, language) for each in questions for option in each.options.all()]
    asked = {each.kind: text_in(each, language) for each in questions}
    return SurveyTexts(invitation["subject"], invitation["body"], asked, options)


@transaction.atomic
def delete_survey(survey: Survey) -> None:
    """Delete a survey that nobody was ever asked to decide on, with its invitation.

    Raises:
        RefusedError: a version of it was shown for decision.
    """
    invitation = survey.invitation
    refuse_decided(invitation)
    forget_texts(survey)
    survey.delete()
    delete_texts(invitation)
