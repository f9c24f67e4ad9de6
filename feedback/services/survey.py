"""Making and changing a survey with its four questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from modeltranslation.utils import build_localized_fieldname

from communications.models import Message
from feedback.models import Option, Question, Survey
from programmes.models import BusinessLine, Programme, Site, Wave
from stakeholders.models import Audience, User

Texts = Mapping[str, str]
KINDS = (Question.Kind.CHOICE, Question.Kind.CSAT, Question.Kind.NPS, Question.Kind.COMMENT)


@dataclass(frozen=True)
class SurveyData:
    """What a survey is made of; texts are keyed by language code.

    Either ``offset_days`` from the go-live or ``fixed_on`` is given.
    """

    name: str
    subject: Texts
    body: Texts
    questions: Mapping[str, Texts]
    options: Sequence[Texts]
    required: frozenset[str] = frozenset({"csat"})
    sender: str = ""
    purpose: str = ""
    goal_percent: int = 75
    smallest_group: int = 5
    open_days: int = 14
    offset_days: int | None = None
    fixed_on: date | None = None
    local_time: time = time(9)
    latest_hours: int | None = None
    is_urgent: bool = False
    waves: Sequence[Wave] = ()
    sites: Sequence[Site] = ()
    business_lines: Sequence[BusinessLine] = ()
    employers: Sequence[str] = field(default_factory=list)


SCHEDULE = ("offset_days", "fixed_on", "local_time", "latest_hours", "is_urgent")
OWN = ("name", "goal_percent", "smallest_group", "open_days")


def set_texts(instance: Any, field_name: str, texts: Texts) -> None:
    """Set a translated field in each language given."""
    for language, text in texts.items():
        setattr(instance, build_localized_fieldname(field_name, language), text)


@transaction.atomic
def create_survey(
    programme: Programme, data: SurveyData, user: User | AnonymousUser | None, now: datetime
) -> Survey:
    """Return a new survey with its invitation, which still waits to be approved.

    Raises:
        ValidationError: a value is out of its bounds, or the schedule names no day.
    """
    author = user if isinstance(user, User) else None
    invitation = Message(
        programme=programme,
        audience=Audience.objects.create(programme=programme, changed_at=now),
        source="survey",
        written_by=author,
    )
    _write_invitation(invitation, data, now)
    survey = Survey(programme=programme, invitation=invitation)
    _write_survey(survey, data)
    for order, kind in enumerate(KINDS, start=1):
        Question.objects.create(survey=survey, kind=kind, order=order, text="")
    _write_questions(survey, data)
    return survey


@transaction.atomic
def change_survey(survey: Survey, data: SurveyData, now: datetime) -> Survey:
    """Write a survey anew; an approved invitation goes on as approved until it is replaced.

    The smallest group stays as it was once people have been asked: figures of different
    smallest groups would give each other away.

    Raises:
        ValidationError: a value is out of its bounds, or the schedule names no day.
    """
    if has_started(survey):
        data = SurveyData(**{**vars(data), "smallest_group": survey.smallest_group})
    _write_invitation(survey.invitation, data, now)
    _write_survey(survey, data)
    _write_questions(survey, data)
    return survey


def has_started(survey: Survey) -> bool:
    """Tell whether people have been asked, so that kinds and answers are settled."""
    return survey.segments.exists()


def _write_invitation(invitation: Message, data: SurveyData, now: datetime) -> None:
    for name in SCHEDULE:
        setattr(invitation, name, getattr(data, name))
    invitation.sender = data.sender or invitation.programme.name
    invitation.purpose = data.purpose or data.name
    invitation.changed_at = now
    set_texts(invitation, "subject", data.subject)
    set_texts(invitation, "body", data.body)
    invitation.full_clean(exclude=["audience"])
    invitation.save()
    _write_audience(invitation.audience, data, now)


def _write_audience(audience: Audience, data: SurveyData, now: datetime) -> None:
    audience.waves.set(data.waves)
    audience.sites.set(data.sites)
    audience.business_lines.set(data.business_lines)
    audience.employers = list(data.employers)
    audience.changed_at = now
    audience.save()


def _write_survey(survey: Survey, data: SurveyData) -> None:
    for name in OWN:
        setattr(survey, name, getattr(data, name))
    survey.full_clean(exclude=["invitation"])
    survey.save()


def _write_questions(survey: Survey, data: SurveyData) -> None:
    for question in survey.questions.all():
        set_texts(question, "text", data.questions[question.kind])
        question.is_required = question.kind in data.required
        question.save()
        if question.kind == Question.Kind.CHOICE:
            _write_options(question, data.options)


def _write_options(question: Question, options: Sequence[Texts]) -> None:
    """Write the answers of a choice in their order; rows are kept, so that answers keep theirs."""
    kept = list(question.options.all())
    for order, texts in enumerate(options, start=1):
        option = kept[order - 1] if order <= len(kept) else Option(question=question)
        option.order = order
        set_texts(option, "text", texts)
        option.save()
    if not has_started(question.survey):
        question.options.filter(order__gt=len(options)).delete()
