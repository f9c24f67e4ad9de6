"""What is typed about channels in the admin. What opens one is written and never shown."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from communications.groups.channels.group import check_address, is_posted, needs_secret
from communications.mailroom.channels import ChannelError
from programmes.forms.refusal import programme_in

KEPT = _("Not shown again. Leave empty to keep the current one.")
NAME_TAKEN = _("A channel with this name already exists. Choose another name.")
HIDDEN = {"autocomplete": "off", "spellcheck": "false"}


class ChannelAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A channel as administrators write it.

    Address and secret are fields of their own, beside the model's, and come back empty whatever
    happens: a browser never gets one.
    """

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    new_address = forms.CharField(
        label=_("New address"),
        required=False,
        help_text=KEPT,
        widget=forms.PasswordInput(HIDDEN),
    )
    new_key = forms.CharField(
        label=_("New secret"), required=False, help_text=KEPT, widget=forms.PasswordInput(HIDDEN)
    )
    forgets_key = forms.BooleanField(label=_("Remove secret"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse what could not be posted, and a channel that reaches nobody."""
        values = super().clean() or {}
        kind = values.get("kind", "")
        if is_posted(kind):
            self._check_address(kind, values.get("new_address", ""))
            self._check_secret(kind, values)
        elif kind:
            self._refuse_access(values)
        self._check_programme(values)
        if not values.get("regions") and not values.get("sites"):
            self.add_error("sites", _("Choose at least one site or region."))
        return values

    def _check_address(self, kind: str, typed: str) -> None:
        """Check the address that is typed, or the one that is there, against the kind."""
        channel = self.instance
        address = typed or (channel.address if channel.has_address else "")
        if not address:
            self.add_error("new_address", _("Enter the address that the service gave you."))
            return
        try:
            check_address(kind, address)
        except ChannelError as error:
            self.add_error("new_address", str(error))

    def _check_secret(self, kind: str, values: dict[str, Any]) -> None:
        typed, forgets = values.get("new_key"), values.get("forgets_key")
        if typed and forgets:
            self.add_error("forgets_key", _("Enter a secret or remove it, not both."))
        is_there = typed or (self.instance.has_secret and not forgets)
        if needs_secret(kind) and not is_there:
            self.add_error(
                "new_key", _("Enter a secret that identifies the portal to the receiver.")
            )

    def _refuse_access(self, values: dict[str, Any]) -> None:
        for name in ("new_address", "new_key"):
            if values.get(name):
                self.add_error(
                    name, _("Leave this empty: the portal does not post to this kind of channel.")
                )

    def _check_programme(self, values: dict[str, Any]) -> None:
        """Refuse a language that the programme does not write in, and a name that it has twice."""
        programme = programme_in(self)
        if programme is None:
            return
        if values.get("language", "en") not in programme.languages:
            self.add_error("language", _("Choose one of the programme’s languages."))
        others = programme.channels.exclude(pk=self.instance.pk)
        if others.filter(name=values.get("name", "")).exists():
            self.add_error("name", NAME_TAKEN)


def access_typed(form: ChannelAdminForm) -> dict[str, Any]:
    """Return what a valid form says of address and secret."""
    return {
        "address": form.cleaned_data["new_address"],
        "secret": form.cleaned_data["new_key"],
        "forgets_secret": form.cleaned_data["forgets_key"],
    }
