"""What is typed to study a need and to answer it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.needs.models import Need
from feedback.needs.models.need import LONGEST_ANSWER
from feedback.needs.services.answering import AnswerData
from feedback.needs.services.studying import StudyData
from programmes.design.fields import DayField, KeptTextField
from programmes.design.formats import language_name
from programmes.models import Stream
from stakeholders.models import User


class SeenForm(forms.Form):
    """A form that says which version of a need its writer has seen."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)


class StudyForm(SeenForm):
    """Who answers until when, and whose field it is."""

    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Owner"),
        error_messages={"required": _("Choose who answers.")},
    )
    due_on = DayField(label=_("Answer by"))
    stream = forms.ModelChoiceField(Stream.objects.none(), label=_("Stream"), required=False)

    def __init__(
        self, data: Any, need: Need, *, owners: QuerySet[User], streams: QuerySet[Stream]
    ) -> None:
        initial = {
            "owner": need.owner_id,
            "due_on": need.due_on,
            "stream": need.stream_id,
            "seen": need.version,
        }
        super().__init__(data, initial=initial, auto_id="study_%s")
        fields: dict[str, Any] = self.fields
        fields["owner"].queryset, fields["stream"].queryset = owners, streams
        self.before: date | None = need.due_on

    def clean_due_on(self) -> date:
        """Return a day that is not over; one that was set before may stay."""
        day: date = self.cleaned_data["due_on"]
        if day < timezone.localdate() and day != self.before:
            raise ValidationError(_("Enter today or a later day."))
        return day

    @property
    def study(self) -> StudyData:
        """Return what was chosen; the form must be valid."""
        values = self.cleaned_data
        return StudyData(values["owner"], values["due_on"], values["stream"])


class AnswerForm(SeenForm):
    """What the answer comes to, and its words in each language of those who reported it."""

    outcome = forms.ChoiceField(
        label=_("Answer"),
        choices=Need.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the answer comes to.")},
    )

    def __init__(
        self, data: Any, need: Need, *, languages: Sequence[str], written: Mapping[str, str]
    ) -> None:
        first, *others = languages
        initial = {f"text_{code}": text for code, text in written.items()}
        super().__init__(data, initial={**initial, "seen": need.version}, auto_id="answer_%s")
        self.languages = languages
        self.fields[f"text_{first}"] = _text_field(first, required=True)
        for code in others:
            self.fields[f"text_{code}"] = _text_field(code, required=False)

    @property
    def answer(self) -> AnswerData:
        """Return what was written; the form must be valid."""
        values = self.cleaned_data
        texts = {code: values[f"text_{code}"] for code in self.languages}
        return AnswerData(values["outcome"], texts)


def _text_field(code: str, *, required: bool) -> KeptTextField:
    """Return the field of an answer in a language."""
    hint = "" if required else _("Leave empty to send the answer above.")
    return KeptTextField(
        label=gettext("Answer in %(language)s") % {"language": language_name(code)},
        required=required,
        max_length=LONGEST_ANSWER,
        help_text=hint,
        widget=forms.Textarea({"rows": 4, "lang": code, "dir": "auto"}),
        error_messages={"required": _("Write the answer.")},
    )
