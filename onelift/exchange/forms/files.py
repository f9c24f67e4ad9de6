"""Files of texts as they are asked for and chosen on pages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onelift.exchange.files import WRITERS
from programmes.design.formats import language_title

# A programme of two years in twelve languages takes less than half.
MOST_BYTES = 4 * 1024 * 1024
LABELS = {
    "xliff": gettext_lazy("XLIFF, for translation tools"),
    "xlsx": gettext_lazy("XLSX, for spreadsheets"),
}


class ExportForm(forms.Form):
    """Which languages leave, and in which format."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one language.")},
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[(key, LABELS[key]) for key in WRITERS],
        widget=forms.RadioSelect,
        initial="xliff",
    )

    def __init__(self, data: Any, languages: Sequence[str]) -> None:
        super().__init__(data, initial={"languages": languages})
        choices = [(code, language_title(code)) for code in languages]
        self.fields["languages"].choices = choices  # type: ignore[attr-defined]


class ImportForm(forms.Form):
    """A translated file."""

    file = forms.FileField(
        label=gettext_lazy("Translated file"),
        help_text=gettext_lazy("XLIFF or XLSX, as it was exported."),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty. Export it again."),
        },
    )

    def clean_file(self) -> Any:
        """Refuse what is too large."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            text = _("The file is larger than %(limit)s MB. Check that it is the right file.")
            raise ValidationError(text % {"limit": MOST_BYTES // 1024**2})
        return file
