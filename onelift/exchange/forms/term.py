"""A term of the glossary as it is typed, and a file of terms."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onelift.exchange.glossary_file import GLOSSARY_FILE, FileTerm, read_terms
from programmes.design.formats import language_title
from programmes.models import Term
from programmes.queries.terms import word_in
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.reading.refusal import ImportRefusedError
from programmes.services.value import RowError

LONGEST_WORD = Term._meta.get_field("word").max_length
LONGEST_NOTE = Term._meta.get_field("note").max_length
WORD = "word_"


class TermForm(forms.Form):
    """A term in the languages that somebody writes; its English and meaning for some alone."""

    def __init__(self, data: Any, *, term: Term, languages: Sequence[str], is_whole: bool) -> None:
        codes = [SOURCE_LANGUAGE, *languages] if is_whole else languages
        words = {f"{WORD}{code}": word_in(term, code) for code in codes}
        super().__init__(data, initial={**words, "note": term.note})
        self.codes = codes
        if is_whole:
            self.fields["note"] = forms.CharField(
                label=_("Meaning"),
                required=False,
                max_length=LONGEST_NOTE,
                help_text=_("What translators need to know, such as “not translated”."),
            )
        for code in codes:
            self.fields[f"{WORD}{code}"] = _word_field(code)
        for field in self.fields.values():
            # Of each column it tells what was there, so that no other is written.
            field.show_hidden_initial = True
        if is_whole:
            self.order_fields([f"{WORD}{SOURCE_LANGUAGE}", "note"])

    def clean(self) -> dict[str, Any]:
        """Say what somebody else has written into a column meanwhile; the next save replaces it."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.changed_data:
            there, key = str(self.get_initial_for_field(self.fields[name], name)), f"initial-{name}"
            if key in self.data and there not in (self.data[key], values.get(name)):
                text = _("Someone else has changed this in the meantime. It is now: “%(text)s”")
                self.add_error(name, text % {"text": there})
                typed = cast(QueryDict, self.data).copy()
                typed[key] = there
                self.data = typed
        return values

    @property
    def words(self) -> dict[str, str]:
        """Return what was changed, by language; the form must be valid."""
        names = {f"{WORD}{code}": code for code in self.codes}
        return {names[n]: self.cleaned_data[n] for n in self.changed_data if n in names}

    @property
    def note(self) -> str | None:
        """Return the meaning where it was changed."""
        return self.cleaned_data["note"] if "note" in self.changed_data else None


def _word_field(code: str) -> forms.Field:
    is_english = code == SOURCE_LANGUAGE
    label = _("Term in English") if is_english else language_title(code)
    widget = forms.TextInput({"lang": code, "dir": "auto"})
    return forms.CharField(label=label, required=is_english, max_length=LONGEST_WORD, widget=widget)


class GlossaryForm(forms.Form):
    """A file of terms. ``rows`` are those read, ``wrong`` what is wrong with others."""

    file = forms.FileField(
        label=gettext_lazy("File of terms"),
        help_text=gettext_lazy("CSV or XLSX, with the columns of the export."),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty. Export it again."),
        },
    )

    def __init__(self, data: Any, files: Any, languages: Sequence[str]) -> None:
        super().__init__(data, files)
        self.languages = languages
        self.rows: list[FileTerm] = []
        self.wrong: list[RowError] = []

    def clean_file(self) -> Any:
        """Read all rows; raises ValidationError if the file as a whole cannot be read."""
        file = self.cleaned_data["file"]
        if file.size > GLOSSARY_FILE.file_bytes:
            text = _("The file is larger than %(limit)s kB. Import it in parts.")
            raise ValidationError(text % {"limit": GLOSSARY_FILE.file_bytes // 1024})
        try:
            self.rows, self.wrong = read_terms(file.read(), self.languages)
        except ImportRefusedError as refusal:
            raise ValidationError(str(refusal)) from refusal
        return file
