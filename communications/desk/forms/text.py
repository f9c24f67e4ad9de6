"""What is typed as the text of a message, in one language."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.messages.rendering.fitting import fit_body, fit_line
from programmes.design.fields import KeptTextField
from programmes.forms.shared_text import SharedTextForm

FIELDS = ("subject", "body")
# Many times the longest mail that anybody reads; what is longer keeps a process busy for minutes.
LONGEST_BODY = 20_000


class TextForm(SharedTextForm):
    """Subject and text. ``source_seen`` tells what the English was when it opened."""

    WRITTEN = FIELDS

    subject = KeptTextField(
        label=_("Subject"),
        max_length=160,
        widget=forms.Textarea({"rows": 1, "data-one-line": ""}),
    )
    body = KeptTextField(
        label=_("Text"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea({"rows": 16}),
        help_text=_(
            "Markdown: **bold**, lists with - and links as [words](https://…). A line with "
            "only a link becomes a button."
        ),
    )
    source_seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        extra: frozenset[str] = frozenset(),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.extra = extra

    def clean_subject(self) -> str:
        """Refuse a placeholder that nobody can fill; a pasted end of a line is a space."""
        return fit_line(self.cleaned_data["subject"], self.extra)

    def clean_body(self) -> str:
        """Refuse unknown placeholders, links that a mail must not hold, and a missing link."""
        return fit_body(self.cleaned_data["body"], self.extra)

    def text(self) -> dict[str, str]:
        """Return what was typed, by field; the form must be valid."""
        return {name: self.cleaned_data[name] for name in FIELDS}
