"""The four questions as a form."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms
from django.core import signing
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from feedback.models import Question
from feedback.models.answer import LONGEST_COMMENT
from feedback.queries.questionnaire import KEPT, AskedQuestion
from feedback.services.answer import AnswerData
from programmes.design.fields import KeptTextField

CSAT_LABELS = [
    (5, _("Very satisfied")),
    (4, _("Satisfied")),
    (3, _("Neither")),
    (2, _("Dissatisfied")),
    (1, _("Very dissatisfied")),
]
SECONDS = {"csat": 10, "nps": 10, "choice": 10, "comment": 20}


@dataclass(frozen=True)
class ShownQuestion:
    """Which form somebody was shown: the key of its questionnaire, and its language."""

    key: str
    language: str


def new_nonce(token: str, shown: ShownQuestion) -> str:
    """Return what makes one form this form: random, and signed for one link."""
    return _signer(token).sign(f"{get_random_string(16)}.{shown.key}.{shown.language}")


def shown_with(token: str, nonce: str) -> ShownQuestion | None:
    """Return which form a nonce belongs to, or None if it was not made for this link."""
    try:
        _chance, key, language = _signer(token).unsign(nonce).split(".")
    except signing.BadSignature:
        return None
    return ShownQuestion(key, language)


def _signer(token: str) -> signing.Signer:
    return signing.Signer(salt=f"survey form {token}")


@dataclass(frozen=True)
class Step:
    """One question as the page shows it; ``seconds`` are left from here to the end."""

    number: int
    question: AskedQuestion
    options: list[tuple[Any, Any]]
    value: str
    errors: list[str]
    seconds: int

    @property
    def kind(self) -> str:
        """Return the kind of the question, which names the field."""
        return self.question.kind

    @property
    def named_options(self) -> list[dict[str, Any]]:
        """Return the answers as the components take them."""
        return [{"value": value, "label": label} for value, label in self.options]

    @property
    def numbers(self) -> list[Any]:
        return [value for value, _label in self.options]


class AnswerForm(forms.Form):
    """Takes the answers to the questions of one survey."""

    nonce = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(self, questions: tuple[AskedQuestion, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.questions = questions
        self.fields.update(_fields_of(questions))

    def clean(self) -> dict[str, Any]:
        """Refuse a form without any answer."""
        cleaned = super().clean() or {}
        given = [cleaned.get(question.kind) for question in self.questions]
        if not self.errors and all(value in (None, "") for value in given):
            raise forms.ValidationError(_("Answer at least one question."))
        return cleaned

    @property
    def steps(self) -> list[Step]:
        """Return the questions in their order, with what was typed and what is wrong."""
        left = [SECONDS[question.kind] for question in self.questions]
        return [
            Step(
                number=number,
                question=question,
                options=_options_of(question),
                value=str(_given(self[question.kind].value())),
                errors=[str(error) for error in self.errors.get(question.kind, [])],
                seconds=sum(left[number - 1 :]),
            )
            for number, question in enumerate(self.questions, start=1)
        ]

    @property
    def answer(self) -> AnswerData:
        """Return what was answered; the form must be valid."""
        data = self.cleaned_data
        return AnswerData(
            csat=data.get("csat"),
            nps=data.get("nps"),
            choice_id=data.get("choice"),
            comment=data.get("comment", ""),
        )


def _given(value: Any) -> Any:
    return "" if value is None else value


def _options_of(question: AskedQuestion) -> list[tuple[Any, Any]]:
    if question.kind == Question.Kind.CSAT:
        return list(CSAT_LABELS)
    if question.kind == Question.Kind.NPS:
        return [(step, str(step)) for step in range(11)]
    return list(question.options)


@lru_cache(KEPT)
def _fields_of(questions: tuple[AskedQuestion, ...]) -> dict[str, forms.Field]:
    """Return the fields of equal questions once for all their forms, which leave them as is."""
    return {question.kind: _field_of(question) for question in questions}


def _field_of(question: AskedQuestion) -> forms.Field:
    required = {"required": _("Answer this question.")}
    if question.kind == Question.Kind.COMMENT:
        return KeptTextField(
            label=question.text,
            required=question.is_required,
            max_length=LONGEST_COMMENT,
            widget=forms.Textarea,
            error_messages=required,
        )
    return forms.TypedChoiceField(
        label=question.text,
        required=question.is_required,
        choices=_options_of(question),
        coerce=int,
        empty_value=None,
        error_messages=required,
    )
