"""What is typed in the first hour: the file that names the sites."""

from django import forms
from django.utils.translation import gettext_lazy as _

from stakeholders.forms.importrun import UploadForm
from stakeholders.importing.refusal import ImportRefusedError, WrongRowsError


class SitesForm(UploadForm):
    """A file of sites; ``wrong`` holds its wrong rows once it was refused for them."""

    wrong: WrongRowsError | None = None
    file = forms.FileField(
        label=_("File of sites"),
        help_text=_("CSV or XLSX, with French or English headings."),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Export it again."),
        },
    )

    def refuse(self, refusal: ImportRefusedError) -> None:
        """Say at the field why the file was refused."""
        self.wrong = refusal if isinstance(refusal, WrongRowsError) else None
        self.add_error("file", self.wrong.title if self.wrong else str(refusal))
