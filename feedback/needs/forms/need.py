"""What is typed to report a need: three fields, and on the public page an address."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from communications.mailroom.channels.address import wire_address
from feedback.needs.models import Need
from feedback.needs.models.need import LONGEST_NEED
from feedback.needs.services.reporting import NeedData
from programmes.design.fields import KeptTextField
from programmes.models import Site
from programmes.services.sent_form import KEPT

# So many sites are buttons, each one tap away; more are a list to choose from.
BUTTONS = 16


class ReportForm(forms.Form):
    """What is missing, where, and how it holds people up."""

    what = KeptTextField(
        label=_("What is missing?"),
        max_length=LONGEST_NEED,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Write what is missing.")},
    )
    site = forms.TypedChoiceField(
        label=_("Where?"),
        coerce=int,
        error_messages={
            "required": _("Choose a site."),
            "invalid_choice": _("Choose a site of the list."),
        },
    )
    effect = forms.ChoiceField(
        label=_("How does it hold people up?"),
        choices=Need.Effect.choices,
        error_messages={"required": _("Choose how it holds people up.")},
    )

    def __init__(self, data: Any, *, sites: Sequence[Site], site: int | None = None) -> None:
        """Offer some sites; ``site`` is the id of the one that is chosen already."""
        chosen = sites[0].pk if len(sites) == 1 else site
        super().__init__(data, initial={"site": chosen})
        self.sites = {one.pk: one for one in sites}
        field: Any = self.fields["site"]
        field.choices = [(one.pk, one.both_names) for one in sites]

    @property
    def has_buttons(self) -> bool:
        """Tell whether the sites are few enough to be buttons."""
        return len(self.sites) <= BUTTONS

    @property
    def site_value(self) -> str:
        """Return the chosen site as the page compares it."""
        value = self["site"].value()
        return "" if value is None else str(value)

    @property
    def site_choices(self) -> list[tuple[str, str]]:
        """Return the sites as the page shows them."""
        return [(str(pk), one.both_names) for pk, one in self.sites.items()]

    def data_in(self, language: str) -> NeedData:
        """Return what was reported in a language; the form must be valid."""
        values = self.cleaned_data
        return NeedData(
            what=values["what"],
            site=self.sites[values["site"]],
            effect=values["effect"],
            language=language,
            address=values.get("address", ""),
        )


class PublicForm(ReportForm):
    """The same for a stranger, who may leave an address; each form is taken once."""

    address = forms.EmailField(
        label=_("Your email, if you want an answer"),
        required=False,
        error_messages={"invalid": _("Enter an email address, such as name@example.com.")},
    )
    nonce = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def clean_address(self) -> str:
        """Return an address that can stand in an envelope, or nothing."""
        address: str = self.cleaned_data["address"]
        try:
            return address and wire_address(address) and address
        except ValueError as error:
            message = self.fields["address"].error_messages["invalid"]
            raise ValidationError(message, code="invalid") from error

    def clean(self) -> dict[str, Any]:
        """Refuse a form that was not made here, or longer ago than it is remembered as sent."""
        values = super().clean() or {}
        try:
            _signer().unsign(values.get("nonce", ""), max_age=KEPT)
        except signing.BadSignature:
            raise ValidationError(
                _("This page was open for a long time. Check what you entered, then send it.")
            ) from None
        return values


def new_nonce() -> str:
    """Return what makes one form this form: random, signed and dated."""
    return _signer().sign(get_random_string(16))


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="need form")
