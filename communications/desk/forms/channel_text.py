"""What is typed as the text of a channel, in one language."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communications.messages.channels.lengths import guide, length_of
from communications.messages.models import ChannelText
from communications.messages.rendering import direction
from communications.messages.rendering.fitting import fit_channel
from communications.messages.services.channel_text import FormFrame
from programmes.design.fields import DayField, KeptTextField
from programmes.design.formats import number as written
from programmes.forms.shared_text import SharedTextForm

LABELS = {
    "headline": _("Headline"),
    "first": _("First point"),
    "second": _("Second point"),
    "third": _("Third point"),
    "action": _("What to do"),
    "body": _("Text"),
    "spot": _("Where it hangs"),
}
HELP = {
    "spot": _("Such as the changing room. It is told in the kit, not printed."),
    ChannelText.Form.POINTS: _(
        "Markdown: ## for a heading, - for a point. A line that ends with a question mark is a "
        "question, and the next line its answer."
    ),
    ChannelText.Form.SLIDES: _(
        "Each heading (## …) begins a slide and each - is a point on it. Other lines are the "
        "speaker’s notes."
    ),
    ChannelText.Form.CHAT: _("It is sent as plain text. The address of the programme follows it."),
}
LONGEST_BODY = 10_000
FRAME = ("from_on", "until_on", "copies")
MOST_COPIES = 9_999


class ChannelTextForm(SharedTextForm):
    """The fields of a form in one language; with the English go its days and its copies."""

    source_seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        text: ChannelText,
        language: str,
        has_frame: bool,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.text, self.language, self.has_frame = text, language, has_frame
        self.WRITTEN = text.fields
        for name in text.fields:
            self.fields[name] = _field(text.form, name)
            self.fields[name].widget.attrs |= {"lang": language, "dir": direction(language)}
        for name, field in (_frame_fields(text) if has_frame else {}).items():
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """Refuse placeholders that this channel cannot fill, links of no use, and days reversed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.text.fields:
            self._clean_text(name, cleaned.get(name) or "")
        since, until = cleaned.get("from_on"), cleaned.get("until_on")
        if since and until and until < since:
            self.add_error("until_on", _("It ends before it begins. Enter a later date."))
        return cleaned

    def _clean_text(self, name: str, text: str) -> None:
        try:
            self.cleaned_data[name] = fit_channel(self.text.form, name, text)
        except ValidationError as reason:
            self.add_error(name, reason)

    def values(self) -> dict[str, str]:
        """Return what was typed, by field; the form must be valid."""
        return {name: self.cleaned_data[name] for name in self.text.fields}

    def typed(self) -> dict[str, str]:
        """Return what is typed, whether it may be saved or not."""
        return {name: str(self[name].value() or "")[:LONGEST_BODY] for name in self.text.fields}

    def frame(self) -> FormFrame | None:
        """Return its days and its copies, None where they are not asked for here."""
        if not self.has_frame:
            return None
        return FormFrame(**{name: self.cleaned_data.get(name) for name in FRAME})

    @property
    def rows(self) -> list[tuple[forms.BoundField, str, int | None, bool]]:
        """Return the fields with their lengths in words, their guides, and whether it is passed."""
        return [(self[name], *self._length(name)) for name in self.text.fields]

    def _length(self, name: str) -> tuple[str, int | None, bool]:
        most = guide(self.text.form, name, self.language)
        length = length_of(str(self[name].value() or ""))
        if most is None:
            return "", None, False
        words = _("%(length)s of %(most)s") % {"length": written(length), "most": written(most)}
        return str(words), most, length > most

    @property
    def days(self) -> list[forms.BoundField]:
        """Return the fields of its days and copies."""
        return [self[name] for name in FRAME if name in self.fields]


def _field(form: str, name: str) -> forms.CharField:
    if name == "body":
        return KeptTextField(
            label=LABELS[name],
            required=False,
            max_length=LONGEST_BODY,
            widget=forms.Textarea({"rows": 6 if form == ChannelText.Form.CHAT else 14}),
            help_text=HELP.get(form, ""),
        )
    column: Any = ChannelText._meta.get_field(name)
    return KeptTextField(
        label=LABELS[name],
        required=False,
        max_length=column.max_length,
        widget=forms.Textarea({"rows": 1, "data-one-line": ""}),
        help_text=HELP.get(name, ""),
    )


def _frame_fields(text: ChannelText) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        "from_on": DayField(label=_("From"), required=False),
        "until_on": DayField(label=_("Until"), required=False),
    }
    if text.is_paper:
        fields["copies"] = copies_field()
    return fields


def copies_field() -> forms.IntegerField:
    """Return the field of how many copies each site needs."""
    return forms.IntegerField(
        label=_("Copies at each site"), required=False, min_value=1, max_value=MOST_COPIES
    )
