"""Which messages follow a saved audience that has changed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.messages.models import Message
from programmes.design.fields import KeysField


class FollowForm(forms.Form):
    """The messages to change; nothing is ticked for somebody who only looks."""

    messages: Any = KeysField(
        Message.objects.none(),
        error_messages={"required": _("Select the messages to update, or leave them unchanged.")},
    )

    def __init__(self, data: Any, *, offered: Sequence[Message]) -> None:
        super().__init__(data)
        own = Message.objects.filter(pk__in=[message.pk for message in offered])
        self.fields["messages"].queryset = own.select_related("audience")  # type: ignore[attr-defined]
