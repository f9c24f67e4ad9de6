"""A file of impacts: chosen on one page, handed on by the preview to be imported."""

import base64
import binascii
import zlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.reading.refusal import ImportRefusedError
from stakeholders.importing.forms.importrun import UploadForm
from stakeholders.register.reading.impacts import IMPACTS_FILE


class ImpactsForm(UploadForm):
    """A file, or what a preview hands on of it."""

    file = forms.FileField(
        label=gettext_lazy("File of impacts"),
        required=False,
        help_text=gettext_lazy("CSV or XLSX, with the columns of the export."),
        error_messages={"empty": gettext_lazy("The file is empty. Export it again.")},
    )
    content = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64)

    def clean_content(self) -> bytes:
        """Return the bytes that a preview has handed on.

        Raises:
            ValidationError: they are none of ours.

        """
        try:
            packed = base64.b64decode(self.cleaned_data["content"].encode(), validate=True)
            reader = zlib.decompressobj()
            return reader.decompress(packed, IMPACTS_FILE.file_bytes + 1) if packed else b""
        except (binascii.Error, zlib.error, ValueError) as error:
            raise ValidationError(_("Choose the file again.")) from error

    def clean(self) -> dict[str, Any]:
        """Ask for a file that is small enough."""
        values = super().clean() or {}
        file = values.get("file")
        if file and file.size > IMPACTS_FILE.file_bytes:
            text = _("The file is larger than %(limit)s kB. Import it in parts.")
            self.add_error("file", text % {"limit": IMPACTS_FILE.file_bytes // 1024})
        elif not file and not values.get("content") and not self.errors:
            self.add_error("file", _("Choose a file first."))
        return values

    @property
    def data_of_file(self) -> bytes:
        """Return the bytes of the file."""
        file = self.cleaned_data["file"]
        if not file:
            return bytes(self.cleaned_data["content"])
        file.seek(0)
        return bytes(file.read())

    def has_seen(self, fingerprint: str) -> bool:
        """Tell whether the preview that was shown is still right; without one it is."""
        return self.cleaned_data["seen"] in ("", fingerprint)

    def refuse(self, refusal: ImportRefusedError) -> None:
        """Say at the field why the file was refused."""
        self.add_error("file", str(refusal))


def handed_on(content: bytes) -> str:
    """Return the bytes of a file as a field of a form."""
    return base64.b64encode(zlib.compress(content)).decode()
