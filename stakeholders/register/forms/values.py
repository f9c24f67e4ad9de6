"""A file of values of objectives, as it is chosen on the page."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.models import Objective
from programmes.reading.refusal import ImportRefusedError
from programmes.services.value import RowError
from stakeholders.register.reading.values import VALUES_FILE, ValueRow, read_values


class ValuesForm(forms.Form):
    """A file of values. ``rows`` are those read, ``wrong`` what is wrong with others."""

    file = forms.FileField(
        label=gettext_lazy("File of values"),
        help_text=gettext_lazy("CSV or XLSX, with the columns objective, measured_on and value."),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty. Export it again."),
        },
    )

    def __init__(self, data: Any, files: Any, objectives: Iterable[Objective]) -> None:
        super().__init__(data, files)
        self.objectives = objectives
        self.rows: list[ValueRow] = []
        self.wrong: list[RowError] = []

    def clean_file(self) -> Any:
        """Read all rows; raises ValidationError if the file as a whole cannot be read."""
        file = self.cleaned_data["file"]
        if file.size > VALUES_FILE.file_bytes:
            raise ValidationError(
                _("The file is larger than 512 kB. Split it and import each part.")
            )
        try:
            self.rows, self.wrong = read_values(file.read(), self.objectives)
        except ImportRefusedError as refusal:
            raise ValidationError(str(refusal)) from refusal
        return file
