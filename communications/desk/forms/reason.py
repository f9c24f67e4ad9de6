"""What is typed about a version or a question: a reason, a question, an answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import KeptTextField


class ReasonForm(forms.Form):
    """Some sentences that a step needs. It opens inside a page, which ``next`` names.

    Args:
        data: what was sent.
        label: what is asked for.
        empty: what to do where nothing was written.
    """

    reason = KeptTextField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    line = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, label: str, empty: str) -> None:
        super().__init__(data)
        self.fields["reason"].label = label
        self.fields["reason"].error_messages["required"] = empty
