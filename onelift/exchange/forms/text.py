"""One language of any text, as it is typed field by field."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from onelift.exchange.text_kind import TextKind, WrittenField
from programmes.design.fields import KeptTextField
from programmes.forms.shared_text import SharedTextForm, refuse_lost
from programmes.queries.texts import TextStatus


class AnyTextForm(SharedTextForm):
    """The fields that there are in English. ``source_seen`` tells what the English was.

    What is written or typed where the English has nothing any more is shown as well.
    """

    source_seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, kind: TextKind, english: TextStatus, text: TextStatus) -> None:
        seen = {"text_seen": text.fingerprint, "source_seen": english.fingerprint}
        super().__init__(data, initial={**text.text, **seen})
        self.english, self.kept = english, text
        sent = data or {}
        self.shown = [
            one
            for one in kind.fields()
            if english.text[one.name] or text.text[one.name] or sent.get(one.name)
        ]
        self.fields.update({one.name: _field(one, text.language) for one in self.shown})
        self.WRITTEN = tuple(one.name for one in self.shown)

    @property
    def typed(self) -> dict[str, str]:
        """Return the whole text as it is typed, whether it may be saved or not."""
        return {
            **self.kept.text,
            **{name: str(self[name].value() or "") for name in self.WRITTEN},
        }

    @property
    def text(self) -> dict[str, str]:
        """Return the whole text; the form must be valid."""
        written = {one.name: one.fit(self.cleaned_data[one.name]) for one in self.shown}
        return {**self.kept.text, **written}

    def refuse_unready(self) -> bool:
        """Add an error to each field that keeps the text from being ready; tell whether one is."""
        text = self.text
        for name in (empty := [n for n in self.WRITTEN if self.english.text[n] and not text[n]]):
            self.add_error(name, ValidationError(_("Write the translation first.")))
        return refuse_lost(self, self.english.text, text) or bool(empty)


def _field(one: WrittenField, language: str) -> forms.Field:
    rows: dict[str, Any] = {"rows": 5} if one.has_lines else {"rows": 1, "data-one-line": ""}
    widget = forms.Textarea({**rows, "lang": language, "dir": "auto"})
    return KeptTextField(label=one.label, required=False, max_length=one.longest, widget=widget)
