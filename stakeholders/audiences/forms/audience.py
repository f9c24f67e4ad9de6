"""What is typed about audiences and personas in the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.forms.refusal import SeenForm, refuse_of_other_programmes


class AudienceAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """An audience as administrators write it."""

    def clean(self) -> dict[str, Any]:
        """Refuse a saved audience without a name, and what belongs to another programme."""
        values = super().clean() or {}
        is_saved = self.instance.is_saved or self.instance.pk is None
        if is_saved and not str(values.get("name", "")).strip():
            self.add_error("name", _("Give the audience a name."))
        refuse_of_other_programmes(self, "follows", "waves", "personas")
        return values


class PersonaAdminForm(SeenForm):
    """A persona as administrators write it."""

    def clean(self) -> dict[str, Any]:
        """Refuse services of another programme."""
        values = super().clean() or {}
        refuse_of_other_programmes(self, "services")
        return values
