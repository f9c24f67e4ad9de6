"""What a provider's program tells of one mail that came back."""

from typing import Any

from django import forms

from communications.mailroom.channels import one_line
from communications.mailroom.channels.bounce import Failed, plain_address
from communications.mailroom.channels.verdict import blame_of


class BounceEventForm(forms.Form):
    """One event: which mail, by its return path or its Message-ID, whose, and what was said."""

    return_path = forms.CharField(max_length=320, required=False)
    message_id = forms.CharField(max_length=120, required=False)
    recipient = forms.CharField(max_length=320)
    status = forms.CharField(max_length=40, required=False)
    reply = forms.CharField(max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two names of a mail."""
        data = super().clean() or {}
        if not data.get("return_path") and not data.get("message_id"):
            raise forms.ValidationError("Give return_path or message_id.")
        return data

    @property
    def failed(self) -> Failed:
        """Return who did not get the mail, and why."""
        data = self.cleaned_data
        blame, code = blame_of(data["status"], data["reply"])
        addresses = frozenset(filter(None, [plain_address(data["recipient"])]))
        return Failed(addresses, blame, code, one_line(data["reply"] or data["status"]))
