"""What is typed to decide on a need or on an override."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import DayField, KeptTextField


class NeedForm(forms.Form):
    """An answer in words, or somebody who is to give it. ``next`` names the page it stood on."""

    answer = KeptTextField(
        label=_("Your answer"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )
    handed_to: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Who answers"), required=False, queryset=None
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, users: QuerySet[Any]) -> None:
        super().__init__(data)
        self.fields["handed_to"].queryset = users  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for one of both."""
        values = super().clean() or {}
        if not values.get("answer") and not values.get("handed_to") and not self.errors:
            raise forms.ValidationError(_("Enter an answer, or choose who should give it."))
        return values


class RenewalForm(forms.Form):
    """Until when an override lasts."""

    until_on = DayField(label=_("Renew until"))
    renew = forms.CharField(initial="1", widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)
