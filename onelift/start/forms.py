"""What is sent in the first hour: the file that names the sites, and who gets a role."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.reading.refusal import ImportRefusedError, WrongRowsError
from stakeholders.importing.forms.importrun import UploadForm
from stakeholders.models import User


class SitesForm(UploadForm):
    """A file of sites; ``wrong`` holds its wrong rows once it was refused for them."""

    wrong: WrongRowsError | None = None
    file = forms.FileField(
        label=_("Sites file"),
        help_text=_("CSV or XLSX, with French or English headings."),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Export it again."),
        },
    )

    def refuse(self, refusal: ImportRefusedError) -> None:
        """Say at the field why the file was refused."""
        self.wrong = refusal if isinstance(refusal, WrongRowsError) else None
        self.add_error("file", self.wrong.title if self.wrong else str(refusal))


class AccountField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the accounts that can sign in."""

    def label_from_instance(self, obj: User) -> str:
        """Return name and address: names alone may be there twice."""
        return f"{obj} ({obj.email})" if str(obj) != obj.email else obj.email


class HolderForm(forms.Form):
    """Who gets a role: somebody with an account, or somebody new by their address."""

    account = AccountField(
        label=_("Account"),
        queryset=User.objects.filter(is_active=True).order_by("email"),
        required=False,
        empty_label=_("New person"),
    )
    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        required=False,
        help_text=_("For a new person. They get an account and an email to set a password."),
    )
    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two, not both."""
        values = super().clean() or {}
        if values.get("account") and values.get("email"):
            self.add_error("email", _("Leave this empty, or choose “New person” above."))
        if not values.get("account") and not values.get("email") and not self.errors:
            self.add_error("account", _("Choose an account, or enter an email address below."))
        return values

    def holder(self) -> dict[str, str]:
        """Return the address, and the names of somebody new."""
        account, values = self.cleaned_data["account"], self.cleaned_data
        if account:
            return {"email": account.email}
        return {name: values[name] for name in ("email", "first_name", "last_name")}
