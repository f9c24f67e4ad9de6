"""What is typed about a survey: its texts per language, and who is asked when."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communications.desk.forms.text import LONGEST_BODY, fit_body, with_known_placeholders
from communications.messages.forms.frame import FrameForm, initial_frame
from feedback.models import Question, Survey
from feedback.models.survey import SMALLEST_GROUP
from feedback.queries.questionnaire import written_texts
from feedback.rendering import standard_texts
from feedback.services.survey import KINDS, OWN, SurveyData, SurveyTexts
from feedback.sources import SurveySource
from feedback.translation import SOURCE
from programmes.design.fields import KeptTextField
from programmes.forms.shared_text import SharedTextForm
from programmes.models import Programme, fingerprint

MOST_OPTIONS = 8


class TextsForm(SharedTextForm):
    """All texts of a survey in one language."""

    INVITATION: tuple[str, ...] = ("subject", "body")
    QUESTIONS: tuple[str, ...] = ("choice", "options", "csat", "nps", "comment")
    SETTINGS: tuple[str, ...] = ()
    WRITTEN = (*QUESTIONS, *INVITATION)

    subject = KeptTextField(label=_("Subject of the invitation"), max_length=160)
    body = forms.CharField(
        label=_("Text of the invitation"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("{{ survey_link }} becomes the personal link."),
    )
    choice = forms.CharField(label=_("One choice: the question"), max_length=240)
    options = forms.CharField(
        label=_("One choice: its answers, one a line"), widget=forms.Textarea(attrs={"rows": 5})
    )
    csat = forms.CharField(label=_("Satisfaction, 1 to 5: the question"), max_length=240)
    nps = forms.CharField(label=_("Recommendation, 0 to 10: the question"), max_length=240)
    comment = forms.CharField(label=_("Comment: the question"), max_length=240)

    def __init__(
        self,
        *args: Any,
        count: int | None = None,
        english: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.count, self.english = count, english or {}

    def clean_subject(self) -> str:
        """Refuse a placeholder that nobody can fill."""
        return with_known_placeholders(self.cleaned_data["subject"], SurveySource.placeholders)

    def clean_body(self) -> str:
        """Refuse what a mail must not hold, and an invitation without its link."""
        return fit_body(self.cleaned_data["body"], SurveySource.placeholders)

    def clean_options(self) -> list[str]:
        """Return the answers; in another language there are as many as in English."""
        options = [line.strip() for line in self.cleaned_data["options"].splitlines()]
        options = [option for option in options if option]
        if not 2 <= len(options) <= MOST_OPTIONS or any(len(option) > 120 for option in options):
            raise ValidationError(_("Write two to eight answers of at most 120 signs, one a line."))
        if self.count not in (None, len(options)):
            raise ValidationError(
                _("Write %(count)d answers, in the order of the English ones."),
                params={"count": self.count},
            )
        return options

    def speak(self, language: str) -> None:
        """Tell programs that read aloud or check spelling in which language one writes."""
        for name in (*self.QUESTIONS, *self.INVITATION):
            self.fields[name].widget.attrs |= {"lang": language, "dir": "auto"}

    @property
    def groups(self) -> list[tuple[Any, list[tuple[forms.BoundField, str]]]]:
        """Return the fields as the page shows them: under a heading each, with their English."""
        parts = [(_("Questions"), self.QUESTIONS), (_("Invitation"), self.INVITATION)]
        return [
            (title, [(self[name], self.english.get(name, "")) for name in names])
            for title, names in parts
        ]

    @property
    def settings(self) -> list[forms.BoundField]:
        """Return the fields of whom is asked, when and how."""
        return [self[name] for name in self.SETTINGS]

    @property
    def texts(self) -> SurveyTexts:
        """Return the texts; the form must be valid."""
        data = self.cleaned_data
        questions = {kind.value: data[kind] for kind in KINDS}
        return SurveyTexts(data["subject"], data["body"], questions, data["options"])


class SurveyForm(FrameForm, TextsForm):
    """A whole survey: settings, audience, schedule, and the English texts."""

    INVITATION = ("sender", "subject", "body")
    QUESTIONS = ("choice", "options", "csat", "nps", "comment", "required")
    SETTINGS = (
        "name",
        *FrameForm.TIMING,
        "open_days",
        "goal_percent",
        "smallest_group",
    )

    name = forms.CharField(label=_("Name, for yourselves"), max_length=120)
    open_days = forms.IntegerField(label=_("Days to answer"), min_value=1, max_value=90)
    goal_percent = forms.IntegerField(label=_("Goal, % satisfied"), min_value=0, max_value=100)
    smallest_group = forms.IntegerField(
        label=_("Smallest group shown"),
        min_value=SMALLEST_GROUP,
        max_value=100,
        help_text=_("No figure stands on fewer answers. It is settled once people are asked."),
    )
    sender = forms.CharField(label=_("Sender"), max_length=120, required=False)
    required = forms.MultipleChoiceField(
        label=_("Questions that need an answer"),
        required=False,
        choices=Question.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, programme=programme, **kwargs)
        self.team = programme.name

    @property
    def survey(self) -> SurveyData:
        """Return the survey that was typed; the form must be valid."""
        data = self.cleaned_data
        frame = self.frame(purpose=data["name"], sender=data["sender"] or self.team)
        required = frozenset(data["required"])
        own = {name: data[name] for name in OWN}
        return SurveyData(frame=frame, texts=self.all_texts(), required=required, **own)

    def all_texts(self) -> dict[str, SurveyTexts]:
        return {SOURCE: self.texts}


class NewSurveyForm(SurveyForm):
    """A new survey; while its English is the standard one, all languages begin with theirs."""

    def __init__(self, data: Any, *, programme: Programme) -> None:
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
        "required": [Question.Kind.CSAT],
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
    }
