"""What is typed about a survey: its texts per language, and who is asked when."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from communications.messages.forms.frame import FrameForm, initial_frame, lines_with_errors
from feedback.forms.texts import MOVES, TextsForm, moved_in, order_in
from feedback.models import Question, Survey
from feedback.models.survey import SMALLEST_GROUP
from feedback.queries.questionnaire import written_texts
from feedback.rendering import standard_texts
from feedback.services.survey import KINDS, OWN, SurveyData, SurveyTexts
from feedback.translation import SOURCE
from programmes.models import Programme, fingerprint


class SurveyForm(FrameForm, TextsForm):
    """A whole survey: settings, audience, schedule, and the English texts in their order."""

    ANSWERS = ("open_days", "goal_percent", "smallest_group")
    NEEDED = ("name", "csat", "choice", "options", "nps", "comment", "subject", "body")

    name = forms.CharField(label=_("Internal name"), max_length=120)
    open_days = forms.IntegerField(label=_("Days to answer"), min_value=1, max_value=90)
    goal_percent = forms.IntegerField(label=_("Goal: satisfied (%)"), min_value=0, max_value=100)
    smallest_group = forms.IntegerField(
        label=_("Smallest group shown"),
        min_value=SMALLEST_GROUP,
        max_value=100,
        help_text=_(
            "No figure is shown for fewer answers. Cannot be changed once people have been asked."
        ),
    )
    sender = forms.CharField(label=_("Sender"), max_length=120, required=False)
    required = forms.MultipleChoiceField(
        label=_("Required questions"),
        required=False,
        choices=Question.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    order_typed = forms.CharField(required=False, initial=",".join(KINDS))

    def __init__(
        self, data: QueryDict | None = None, *args: Any, programme: Programme, **kwargs: Any
    ) -> None:
        if data and MOVES.keys() & data.keys():
            kwargs["initial"], data = self._typed(data) | {"order_typed": moved_in(data)}, None
        super().__init__(data, *args, programme=programme, **kwargs)
        self.team = programme.name

    def clean_order_typed(self) -> str:
        """Take the order of a page; one that is no order of all questions is the usual one."""
        return ",".join(order_in(self.cleaned_data["order_typed"]))

    @property
    def order(self) -> Sequence[str]:
        """Return the kinds of question in the order that was typed."""
        return order_in(str(self["order_typed"].value() or ""))

    @property
    def required_kinds(self) -> Sequence[str]:
        """Return the kinds of question that need an answer, as typed."""
        return [str(kind) for kind in self["required"].value() or ()]

    @property
    def open_lines(self) -> dict[str, bool]:
        """Return which lines of the card on audience and time hold an error."""
        return lines_with_errors(
            self, {"time": self.TIMING, "answers": self.ANSWERS, "sender": ("sender",)}
        )

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        """Return the fields of how long it is open, and of what is shown of its answers."""
        return [self[name] for name in self.ANSWERS]

    @property
    def unfilled(self) -> list[forms.BoundField]:
        """Return the fields that must not stay empty and are."""
        return [self[name] for name in self.NEEDED if not str(self[name].value() or "").strip()]

    @property
    def survey(self) -> SurveyData:
        """Return the survey that was typed; the form must be valid."""
        data = self.cleaned_data
        frame = self.frame(purpose=data["name"], sender=data["sender"] or self.team)
        required = frozenset(data["required"])
        own = {name: data[name] for name in OWN}
        texts = self.all_texts()
        return SurveyData(frame=frame, texts=texts, required=required, order=self.order, **own)

    def all_texts(self) -> dict[str, SurveyTexts]:
        return {SOURCE: self.texts}


class NewSurveyForm(SurveyForm):
    """A new survey; while its English is the standard one, all languages begin with theirs."""

    def __init__(self, data: QueryDict | None, *, programme: Programme) -> None:
        self.written = programme.languages
        super().__init__(data, programme=programme, initial=_standard_survey())

    def all_texts(self) -> dict[str, SurveyTexts]:
        """Return the texts of all languages that the portal knows by itself."""
        standard = _as_texts(standard_texts(SOURCE))
        found = {code: _as_texts(standard_texts(code)) for code in self.written}
        known = {code: texts for code, texts in found.items() if texts != standard}
        return {SOURCE: self.texts} | (known if _is_same(self.texts, standard) else {})


def _standard_survey() -> dict[str, Any]:
    return {
        **standard_texts(SOURCE),
        "offset_days": 14,
        "local_time": "10:00",
        "open_days": 14,
        "goal_percent": 75,
        "smallest_group": SMALLEST_GROUP,
        "required": [Question.Kind.CSAT.value],
        "order_typed": ",".join(KINDS),
    }


def _as_texts(fields: dict[str, Any]) -> SurveyTexts:
    questions = {kind.value: fields[kind] for kind in KINDS}
    options = fields["options"].splitlines()
    return SurveyTexts(fields["subject"], fields["body"], questions, options)


def _is_same(typed: SurveyTexts, standard: SurveyTexts) -> bool:
    typed = SurveyTexts(
        typed.subject, typed.body.replace("\r\n", "\n"), typed.questions, typed.options
    )
    return asdict(typed) == asdict(standard)


def texts_initial(survey: Survey, questions: Sequence[Question], language: str) -> dict[str, Any]:
    """Return what a form of one language begins with: its texts, else the standard ones."""
    typed = written_texts(survey, questions, language)
    shown = typed if any(typed.values()) else standard_texts(language)
    return {**shown, "text_seen": fingerprint(typed)}


def survey_initial(survey: Survey, questions: Sequence[Question]) -> dict[str, Any]:
    """Return what the form of a survey begins with."""
    return {
        **texts_initial(survey, questions, SOURCE),
        **initial_frame(survey.invitation),
        "sender": survey.invitation.sender,
        **{name: getattr(survey, name) for name in OWN},
        "required": [question.kind for question in questions if question.is_required],
        "order_typed": ",".join(question.kind for question in questions),
    }
