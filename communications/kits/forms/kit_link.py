"""For which sites a kit is handed on, and for how long."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.models import Site, WaveSite

DAYS = [(30, _("a month")), (90, _("three months")), (365, _("a year"))]
USUAL_DAYS = 90


class KitLinkForm(forms.Form):
    """One of the sites of a kit, or all of them; and how many days."""

    site = forms.TypedChoiceField(label=_("Sites"), required=False, coerce=int, empty_value=None)
    days = forms.TypedChoiceField(label=_("Valid for"), required=False, coerce=int, choices=DAYS)

    def __init__(self, data: Any = None, *, places: Sequence[WaveSite]) -> None:
        super().__init__(data, auto_id="link-%s", initial={"days": USUAL_DAYS})
        self.sites = {place.site_id: place.site for place in places}
        named = [(pk, site.name) for pk, site in self.sites.items()]
        sites = [("", _("All sites of this kit")), *named]
        cast(forms.ChoiceField, self.fields["site"]).choices = sites

    def chosen(self) -> tuple[Site | None, int]:
        """Return the site, None for all, and the days."""
        days = self.cleaned_data["days"] or USUAL_DAYS
        return self.sites.get(self.cleaned_data["site"]), days
