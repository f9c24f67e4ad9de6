"""What is typed about an account in the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stakeholders.accounts.models import User
from stakeholders.accounts.services.account import check_account


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """An account as administrators write it: refused where the services would refuse."""

    def clean_email(self) -> str:
        """Return the address in small letters; refuse one that somebody has in others."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This email address is already in use."))
        return email

    def clean(self) -> dict[str, Any]:
        """Refuse to leave a programme without a manager, or the portal without administrator."""
        values = super().clean() or {}
        kept = ("is_active", "is_superuser")
        check_account(
            self.instance, **{name: values.get(name, getattr(self.instance, name)) for name in kept}
        )
        return values
