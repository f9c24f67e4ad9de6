"""What is typed about a new token."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.database.clock import database_now
from programmes.design.fields import DayField
from programmes.models import ApiToken
from programmes.services.token import check_token


class TokenForm(forms.Form):
    """A token for another system: what it is called, what it opens, and until when."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("The system that uses it, such as “Service desk reports”."),
    )
    rights = forms.MultipleChoiceField(
        label=_("Rights"),
        choices=ApiToken.Right.choices,
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
        error_messages={"required": _("Choose at least one right.")},
    )
    expires_at = DayField(
        label=_("Last day"),
        help_text=_("At most a year from now. The token works until the end of this day (UTC)."),
    )

    def end(self) -> datetime:
        """Return the end (UTC) of the last day."""
        return _end_of(self.cleaned_data["expires_at"])


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)


class TokenAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A token as administrators make it, for any programme."""

    rights = forms.MultipleChoiceField(
        label=_("Rights"), choices=ApiToken.Right.choices, widget=forms.CheckboxSelectMultiple
    )
    expires_at = DayField(
        label=_("Last day"),
        help_text=_("At most a year from now. The token works until the end of this day (UTC)."),
    )

    def clean_expires_at(self) -> datetime:
        """Return the end (UTC) of the last day."""
        return _end_of(self.cleaned_data["expires_at"])

    def clean(self) -> dict[str, Any]:
        """Say at the field what the service would refuse."""
        values = super().clean() or {}
        if "rights" in values and "expires_at" in values:
            check_token(values["rights"], values["expires_at"], database_now())
        return values
