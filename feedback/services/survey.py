"""Making and changing a survey with its four questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from django.db import transaction

from communications.models import Message
from feedback.models import Option, Question, Survey
from feedback.translation import set_text
from programmes.models import BusinessLine, Programme, Site, Wave
from programmes.services.texts import write_text
from stakeholders.models import Audience, User

KINDS = (Question.Kind.CHOICE, Question.Kind.CSAT, Question.Kind.NPS, Question.Kind.COMMENT)
SCHEDULE = ("offset_days", "fixed_on", "local_time", "latest_hours", "is_urgent")
OWN = ("name", "goal_percent", "smallest_group", "open_days")


@dataclass(frozen=True)
class SurveyTexts:
    """All texts of a survey in one language; questions are keyed by kind."""

    subject: str
    body: str
    questions: Mapping[str, str]
    options: Sequence[str]


@dataclass(frozen=True)
class SurveyData:
    """What a survey is made of, apart from its texts, which are keyed by language code.

    Either ``offset_days`` from the go-live or ``fixed_on`` is given; empty parts of the audience
    mean any.
    """

    name: str
    texts: Mapping[str, SurveyTexts]
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


@transaction.atomic
def create_survey(
    programme: Programme, data: SurveyData, user: User | None, now: datetime
) -> Survey:
    """Return a new survey with its invitation, which still waits to be approved.

    Raises:
        ValidationError: a value is out of its bounds, or the schedule names no day.
    """
    invitation = Message(
        programme=programme,
        audience=Audience.objects.create(programme=programme, changed_at=now),
        source="survey",
        written_by=user,
    )
    survey = Survey(programme=programme, invitation=_saved_invitation(invitation, data, now))
    _save_own(survey, data)
    for order, kind in enumerate(KINDS, start=1):
        Question.objects.create(survey=survey, kind=kind, order=order, text="")
    _save_content(survey, data, user, now)
    return survey


@transaction.atomic
def change_survey(survey: Survey, data: SurveyData, user: User | None, now: datetime) -> Survey:
    """Write a survey anew; an approved invitation goes on as approved until it is replaced.

    The smallest group stays as it was once people have been asked: figures of different
    smallest groups would give each other away.

    Raises:
        ValidationError: a value is out of its bounds, or the schedule names no day.
    """
    if has_started(survey):
        data = replace(data, smallest_group=survey.smallest_group)
    _saved_invitation(survey.invitation, data, now)
    _save_own(survey, data)
    _save_content(survey, data, user, now)
    return survey


def has_started(survey: Survey) -> bool:
    """Tell whether people have been asked, so that kinds and answers are settled."""
    return survey.segments.exists()


def _saved_invitation(invitation: Message, data: SurveyData, now: datetime) -> Message:
    for name in SCHEDULE:
        setattr(invitation, name, getattr(data, name))
    invitation.sender = data.sender or invitation.programme.name
    invitation.purpose = data.purpose or data.name
    invitation.changed_at = now
    invitation.full_clean(exclude=["audience", "subject", "subject_en", "body", "body_en"])
    invitation.save()
    _save_audience(invitation.audience, data, now)
    return invitation


def _save_audience(audience: Audience, data: SurveyData, now: datetime) -> None:
    audience.waves.set(data.waves)
    audience.sites.set(data.sites)
    audience.business_lines.set(data.business_lines)
    audience.employers = list(data.employers)
    audience.changed_at = now
    audience.save()


def _save_own(survey: Survey, data: SurveyData) -> None:
    for name in OWN:
        setattr(survey, name, getattr(data, name))
    survey.full_clean(exclude=["invitation"])
    survey.save()


def _save_content(survey: Survey, data: SurveyData, user: User | None, now: datetime) -> None:
    for question in survey.questions.all():
        survey.questions.filter(pk=question.pk).update(is_required=question.kind in data.required)
    for language, texts in data.texts.items():
        write_texts(survey, language, texts, user, now)


@transaction.atomic
def write_texts(
    survey: Survey, language: str, texts: SurveyTexts, user: User | None, now: datetime
) -> None:
    """Write all texts of a survey in one language; the other languages stay untouched."""
    invitation = {"subject": texts.subject, "body": texts.body}
    write_text(survey.invitation, language, invitation, user, now)
    for question in survey.questions.all():
        set_text(question, language, texts.questions.get(question.kind, ""))
        if question.kind == Question.Kind.CHOICE:
            _write_options(question, language, texts.options)


def _write_options(question: Question, language: str, texts: Sequence[str]) -> None:
    """Write the answers of a choice in their order; rows are kept, so that answers keep theirs."""
    kept = list(question.options.all())
    for order, text in enumerate(texts, start=1):
        is_new = order > len(kept)
        option = Option(question=question, order=order) if is_new else kept[order - 1]
        set_text(option, language, text)
    if not has_started(question.survey) and len(texts) < len(kept):
        question.options.filter(order__gt=len(texts)).delete()
