"""What is typed about whom readers ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import HourField
from programmes.models import SupportContact
from programmes.models.support import DAYS, telephone, web_address

FIELDS = ("phone", "days", "opens_at", "closes_at", "mail", "link")


class SupportForm(forms.Form):
    """The ways to help in a programme or at one site."""

    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=40, validators=[telephone]
    )
    days = forms.ChoiceField(label=_("Days"), choices=DAYS, required=False, initial="12345")
    opens_at = HourField(label=_("Opens at"), required=False)
    closes_at = HourField(
        label=_("Closes at"),
        required=False,
        help_text=_("Local time at the site. Enter 00:00 twice for day and night."),
    )
    mail = forms.EmailField(label=_("Email"), required=False)
    link = forms.URLField(
        label=_("Web page"),
        required=False,
        max_length=300,
        validators=[web_address],
        assume_scheme="https",
    )

    def __init__(self, data: Any, *, contact: SupportContact | None) -> None:
        initial = {name: getattr(contact, name) for name in FIELDS} if contact else {}
        super().__init__(data, initial=initial)

    def clean_days(self) -> str:
        """Return the days; without a choice those of most."""
        return self.cleaned_data["days"] or DAYS[0][0]

    def clean(self) -> dict[str, Any]:
        """Ask for the hour that is missing, and for the telephone that hours belong to."""
        values = super().clean() or {}
        check_hours(self, values)
        return values


def check_hours(form: forms.BaseForm, values: dict[str, Any]) -> None:
    """Say at the field which hour is missing, or the telephone that hours belong to."""
    opens_at, closes_at = values.get("opens_at"), values.get("closes_at")
    if (opens_at is None) != (closes_at is None) and not form.errors:
        name = "opens_at" if opens_at is None else "closes_at"
        form.add_error(name, _("Enter both hours, or neither."))
    if opens_at is not None and not values.get("phone") and "phone" not in form.errors:
        form.add_error("phone", _("Opening hours need a telephone number. Enter the number too."))


class SupportAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A contact as administrators write it."""

    link = forms.URLField(
        label=_("Web page"),
        required=False,
        max_length=300,
        validators=[web_address],
        assume_scheme="https",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what the pages ask for: a contact that names no way is none."""
        values = super().clean() or {}
        check_hours(self, values)
        if not self.errors and not any(values.get(name) for name in ("phone", "mail", "link")):
            raise forms.ValidationError(
                _("Enter a telephone number, an email address or a web page.")
            )
        return values
