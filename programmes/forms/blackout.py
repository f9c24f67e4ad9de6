"""What is typed about a blackout."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import DayField
from programmes.models import Blackout, Region

FIELDS = ("name", "first_on", "last_on", "region")


class BlackoutForm(forms.Form):
    """A period in which nothing is sent."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Such as “Year-end closing”.")
    )
    first_on = DayField(label=_("First day"))
    last_on = DayField(label=_("Last day"), help_text=_("Both days are included."))
    region = forms.ModelChoiceField(
        label=_("Region"),
        required=False,
        queryset=Region.objects.none(),
        empty_label=_("All regions"),
    )

    def __init__(self, data: Any, *, blackout: Blackout, regions: QuerySet[Region]) -> None:
        super().__init__(data, initial={name: getattr(blackout, name) for name in FIELDS})
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]
