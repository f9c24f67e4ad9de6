"""The file that names the sites."""

from django import forms
from django.utils.translation import gettext_lazy as _

from stakeholders.forms.importrun import UploadForm


class SitesForm(UploadForm):
    """A file of sites."""

    file = forms.FileField(
        label=_("File of sites"),
        help_text=_("CSV or XLSX, with French or English headings."),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Export it again."),
        },
    )
