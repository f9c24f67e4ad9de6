"""Making and changing a survey with its four questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communications.messages.services.message import MessageData, change_message, create_message
from feedback.models import Option, Question, Survey
from feedback.queries.questionnaire import questions_of, written_texts
from feedback.services.writers import note_writer, writer_noted
from feedback.translation import SOURCE, set_text, text_in
from programmes.models import Programme, fingerprint
from programmes.services.texts import TextChangedError, write_text
from stakeholders.models import User

# In their order on a new survey: what decides most is asked first.
KINDS = (Question.Kind.CSAT, Question.Kind.CHOICE, Question.Kind.NPS, Question.Kind.COMMENT)
OWN = ("name", "goal_percent", "smallest_group", "open_days")


@dataclass(frozen=True)
class SurveyTexts:
    """All texts of a survey in one language; questions are keyed by kind."""

    subject: str
    body: str
    questions: Mapping[str, str]
    options: Sequence[str]

    @property
    def is_any(self) -> bool:
        """Tell whether anything is written."""
        return any((self.subject, self.body, *self.questions.values(), *self.options))


@dataclass(frozen=True)
class SurveyData:
    """What a survey is made of, apart from its texts, which are keyed by language code.

    ``frame`` tells whom the invitation is for and when it goes out, ``order`` in which order the
    kinds of question are asked.
    """

    name: str
    frame: MessageData
    texts: Mapping[str, SurveyTexts]
    required: frozenset[str] = frozenset({"csat"})
    goal_percent: int = 75
    smallest_group: int = 5
    open_days: int = 14
    order: Sequence[str] = KINDS


@transaction.atomic
def create_survey(
    programme: Programme, data: SurveyData, user: User | None, now: datetime
) -> Survey:
    """Return a new survey with its invitation, which still waits to be approved.

    Raises:
        ValidationError: a value is out of its bounds, or the schedule names no day.
    """
    invitation = create_message(programme, data.frame, user, now, source="survey")
    survey = Survey(programme=programme, invitation=invitation)
    _save_own(survey, data)
    for order, kind in enumerate(data.order, start=1):
        Question.objects.create(survey=survey, kind=kind, order=order, text="")
    _save_content(survey, data, user, now)
    return survey


@transaction.atomic
def change_survey(
    survey: Survey,
    data: SurveyData,
    user: User | None,
    now: datetime,
    text_seen: str | None = None,
) -> Survey:
    """Write a survey anew; an approved invitation goes on as approved until it is replaced.

    The smallest group stays as it was once people have been asked: figures of different
    smallest groups would give each other away.

    Raises:
        ValidationError: a value is out of its bounds, the schedule names no day, or questions or
            answers that are settled would be lost or change places.
        TextChangedError: the English is no longer that of the fingerprint ``text_seen``.
    """
    _refuse_to_overwrite(survey, SOURCE, text_seen)
    if has_started(survey):
        data = replace(data, smallest_group=survey.smallest_group)
    change_message(survey.invitation, data.frame, now, user)
    _save_own(survey, data)
    _save_content(survey, data, user, now)
    return survey


def has_started(survey: Survey) -> bool:
    """Tell whether people have been asked, so that kinds and answers are settled."""
    return survey.segments.exists()


def _save_own(survey: Survey, data: SurveyData) -> None:
    for name in OWN:
        setattr(survey, name, getattr(data, name))
    survey.full_clean(exclude=["invitation"])
    survey.save()


def _save_content(survey: Survey, data: SurveyData, user: User | None, now: datetime) -> None:
    _save_order(survey, data.order)
    for question in survey.questions.all():
        survey.questions.filter(pk=question.pk).update(is_required=question.kind in data.required)
    for language, texts in data.texts.items():
        write_texts(survey, language, texts, user, now)


def _save_order(survey: Survey, order: Sequence[str]) -> None:
    """Ask the questions in an order, while nobody has decided on another."""
    if list(survey.questions.values_list("kind", flat=True)) == list(order):
        return
    if are_answers_settled(survey):
        raise ValidationError(
            _(
                "This survey is approved or in review, so its questions keep their order. "
                "Copy the survey to ask them in another order."
            )
        )
    for place, kind in enumerate(order, start=1):
        survey.questions.filter(kind=kind).update(order=place)


@transaction.atomic
def write_texts(
    survey: Survey,
    language: str,
    texts: SurveyTexts,
    user: User | None,
    now: datetime,
    text_seen: str | None = None,
) -> None:
    """Write all texts of a survey in one language; the other languages stay untouched.

    Raises:
        ValidationError: answers that are settled would be lost or change places.
        TextChangedError: the texts are no longer those of the fingerprint ``text_seen``.
    """
    there = _refuse_to_overwrite(survey, language, text_seen)
    invitation = {"subject": texts.subject, "body": texts.body}
    write_text(survey.invitation, language, invitation, user, now)
    for question in survey.questions.all():
        set_text(question, language, texts.questions.get(question.kind, ""))
        if question.kind == Question.Kind.CHOICE:
            _write_options(question, language, texts.options)
    written = _there(survey, language)
    if written != there:
        note_writer(survey, language, written, user, now)


def _refuse_to_overwrite(survey: Survey, language: str, text_seen: str | None) -> dict[str, str]:
    """Return the texts that are there; who writes later waits.

    Raises:
        TextChangedError: somebody else has written since.
    """
    Survey.objects.select_for_update().get(pk=survey.pk)
    there = _there(survey, language)
    if text_seen not in (None, fingerprint(there)):
        raise TextChangedError(there, writer_noted(survey, language, there))
    return there


def _there(survey: Survey, language: str) -> dict[str, str]:
    stored = Survey.objects.get(pk=survey.pk)
    return written_texts(stored, questions_of(stored), language)


def _write_options(question: Question, language: str, texts: Sequence[str]) -> None:
    """Write the answers of a choice in their order; rows are kept, so that answers keep theirs."""
    kept = list(question.options.all())
    if are_answers_settled(question.survey):
        _refuse_to_unsettle([text_in(option, language) for option in kept], texts)
    for order, text in enumerate(texts, start=1):
        is_new = order > len(kept)
        option = Option(question=question, order=order) if is_new else kept[order - 1]
        set_text(option, language, text)
    question.options.filter(order__gt=len(texts)).delete()


def _refuse_to_unsettle(known: Sequence[str], texts: Sequence[str]) -> None:
    """Raise ValidationError if an answer that people choose would mean another one afterwards."""
    is_moved = any(old != new and new in known for old, new in zip(known, texts, strict=False))
    if is_moved or len(texts) < len(known):
        raise ValidationError(
            _(
                "This survey is approved or in review. You can reword its answers and add "
                "others at the end, but not remove or move any. Create a new survey for that."
            )
        )


def are_answers_settled(survey: Survey) -> bool:
    """Tell whether people have been asked, or will be by a version that shows all answers."""
    versions = survey.invitation.approvals
    return has_started(survey) or versions.waiting().exists() or versions.standing().exists()
