"""What somebody asks for of a kit."""

from typing import Any

from django import forms

from communications.kits.models import KitDownload
from communications.kits.services.kit_download import Choice


class DownloadForm(forms.Form):
    """One file, or all or what is new, of one language if one is named."""

    file = forms.IntegerField(required=False, min_value=1)
    lang = forms.CharField(required=False, max_length=12)
    extent = forms.ChoiceField(
        required=False, choices=[("all", "all"), ("new", "new")], initial="all"
    )

    def choice(self) -> Choice:
        data: dict[str, Any] = self.cleaned_data
        extent = KitDownload.Extent.FILE if data["file"] else data["extent"] or "all"
        return Choice(extent, "" if data["file"] else data["lang"], data["file"])
