"""What is typed to name a delegate."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import DayField
from programmes.design.formats import day
from stakeholders.accounts.models import User


class DelegationForm(forms.Form):
    """Who decides, from which day to which."""

    user: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label=_("Delegate"),
        queryset=None,
        help_text=_("Programme managers and the communication team can stand in for you."),
    )
    from_on = DayField(label=_("From"))
    until_on = DayField(label=_("To"), help_text=_("The last day is included."))

    def __init__(self, data: Any, *, users: QuerySet[User]) -> None:
        super().__init__(data)
        self.fields["user"].queryset = users  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Say beside the last day that it lies before the first."""
        values = super().clean() or {}
        first, last = values.get("from_on"), values.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", _("“To” must not be before “From”."))
        return values

    @property
    def last_day(self) -> str:
        """Return the last day of a valid form, in words."""
        return day(self.cleaned_data["until_on"])
