"""What is typed as the texts of a survey in one language, question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from communications.desk.forms.text import LONGEST_BODY
from communications.messages.rendering.fitting import fit_body, fit_line
from feedback.forms.answer import SECONDS
from feedback.models import Question
from feedback.services.survey import KINDS, SurveyTexts
from feedback.sources import SurveySource
from programmes.design.fields import KeptTextField
from programmes.forms.shared_text import SharedTextForm, refuse_lost

MOST_OPTIONS = 8
# Buttons that move a question, where no scripts run.
MOVES = {"up": -1, "down": 1}


@dataclass(frozen=True)
class Block:
    """One question of a form: the fields of its texts, each with its English."""

    kind: str
    label: str
    fields: list[tuple[forms.BoundField, str]]
    is_required: bool

    @property
    def text(self) -> str:
        """Return the question as it is typed."""
        return str(self.fields[0][0].value() or "")

    @property
    def seconds(self) -> int:
        """Return how long people take to answer."""
        return SECONDS[self.kind]

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field, _english in self.fields)


class TextsForm(SharedTextForm):
    """All texts of a survey in one language."""

    INVITATION: tuple[str, ...] = ("subject", "body")
    QUESTIONS: tuple[str, ...] = ("csat", "choice", "options", "nps", "comment")
    SETTINGS: tuple[str, ...] = ()
    WRITTEN = (*QUESTIONS, *INVITATION)

    subject = KeptTextField(label=_("Subject of the invitation"), max_length=160)
    body = KeptTextField(
        label=_("Text of the invitation"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("{{ survey_link }} becomes the personal link."),
    )
    choice = forms.CharField(label=_("One choice: the question"), max_length=240)
    options = KeptTextField(
        label=_("One choice: its answers, one per line"), widget=forms.Textarea(attrs={"rows": 5})
    )
    csat = forms.CharField(label=_("Satisfaction, 1 to 5: the question"), max_length=240)
    nps = forms.CharField(label=_("Recommendation, 0 to 10: the question"), max_length=240)
    comment = forms.CharField(label=_("Comment: the question"), max_length=240)

    def __init__(
        self,
        *args: Any,
        count: int | None = None,
        english: Mapping[str, str] | None = None,
        asked: Sequence[str] = KINDS,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.count, self.english, self.asked = count, english or {}, asked

    def clean_subject(self) -> str:
        """Refuse a placeholder that nobody can fill."""
        return fit_line(self.cleaned_data["subject"], SurveySource.placeholders)

    def clean_body(self) -> str:
        """Refuse what a mail must not hold, and an invitation without its link."""
        return fit_body(self.cleaned_data["body"], SurveySource.placeholders)

    def clean_options(self) -> list[str]:
        """Return the answers; in another language there are as many as in English."""
        options = [line.strip() for line in self.cleaned_data["options"].splitlines()]
        options = [option for option in options if option]
        if not 2 <= len(options) <= MOST_OPTIONS or any(len(option) > 120 for option in options):
            raise ValidationError(
                _("Enter two to eight answers of up to 120 characters, one per line.")
            )
        if self.count not in (None, len(options)):
            raise ValidationError(
                _("Enter %(count)d answers, in the same order as in English."),
                params={"count": self.count},
            )
        return options

    def clean(self) -> dict[str, Any]:
        """Refuse a translation that lacks a placeholder, link or number of its English."""
        typed = super().clean() or {}
        texts = {**typed, "options": "\n".join(typed.get("options", []))}
        refuse_lost(self, self.english, {name: texts.get(name, "") for name in self.WRITTEN})
        return typed

    def speak(self, language: str) -> None:
        """Tell programs that read aloud or check spelling in which language one writes."""
        for name in (*self.QUESTIONS, *self.INVITATION):
            self.fields[name].widget.attrs |= {"lang": language, "dir": "auto"}

    @property
    def order(self) -> Sequence[str]:
        """Return the kinds of question in their order."""
        return self.asked

    @property
    def required_kinds(self) -> Sequence[str]:
        """Return the kinds of question that need an answer."""
        return ()

    @property
    def blocks(self) -> list[Block]:
        """Return the questions in their order, as the page shows them."""
        return [self._block(kind) for kind in self.order]

    def _block(self, kind: str) -> Block:
        names = (kind, "options") if kind == Question.Kind.CHOICE else (kind,)
        fields = [(self[name], self.english.get(name, "")) for name in names]
        return Block(kind, str(Question.Kind(kind).label), fields, kind in self.required_kinds)

    @property
    def invitation_fields(self) -> list[tuple[forms.BoundField, str]]:
        """Return the fields of the invitation, each with its English."""
        return [(self[name], self.english.get(name, "")) for name in self.INVITATION]

    @property
    def texts(self) -> SurveyTexts:
        """Return the texts; the form must be valid."""
        data = self.cleaned_data
        questions = {kind.value: data[kind] for kind in KINDS}
        return SurveyTexts(data["subject"], data["body"], questions, data["options"])


def order_in(typed: str) -> Sequence[str]:
    """Return the kinds in the order of a text with commas, or in the usual one."""
    kinds = typed.split(",")
    return kinds if sorted(kinds) == sorted(KINDS) else [kind.value for kind in KINDS]


def moved_in(data: QueryDict) -> str:
    """Return the order that a button up or down asks for."""
    kinds = list(order_in(data.get("order_typed", "")))
    for name, step in MOVES.items():
        kind = data.get(name, "")
        if kind in kinds:
            place = kinds.index(kind)
            other = min(max(place + step, 0), len(kinds) - 1)
            kinds[place], kinds[other] = kinds[other], kinds[place]
    return ",".join(kinds)
