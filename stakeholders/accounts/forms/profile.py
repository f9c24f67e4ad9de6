"""What users may settle about themselves."""

from typing import Any
from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from stakeholders.accounts.models import Role, User

# Those that name a place, as people know them; the rest are old or technical names.
PLACES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith("Etc/")
)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What users settle for themselves, a CIO also which mails about approvals come."""

    class Meta:
        model = User
        fields = (
            "first_name",
            "last_name",
            "language",
            "theme",
            "density",
            "time_zone",
            "approval_notice",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the languages of staff pages, and only what concerns the user's roles."""
        super().__init__(*args, **kwargs)
        names = dict(settings.LANGUAGES)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            (code, names[code]) for code in settings.STAFF_LANGUAGES
        ]
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            required=False,
            choices=[("", _("Same as device")), *((name, name) for name in PLACES)],
        )
        if not self.instance.roles.filter(kind=Role.Kind.CIO).exists():
            del self.fields["approval_notice"]
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", _("Save")))


class LanguageForm(forms.ModelForm):  # type: ignore[type-arg]
    """One of the languages of staff pages."""

    language = forms.ChoiceField(choices=[(code, code) for code in settings.STAFF_LANGUAGES])

    class Meta:
        model = User
        fields = ("language",)


class ThemeForm(forms.ModelForm):  # type: ignore[type-arg]
    """Light, dark, or as the system."""

    class Meta:
        model = User
        fields = ("theme",)


class DensityForm(forms.ModelForm):  # type: ignore[type-arg]
    """How high the rows of tables are."""

    class Meta:
        model = User
        fields = ("density",)
