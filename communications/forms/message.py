"""What is typed about a message: what it is for, for whom, when, and its English text."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.forms.frame import FrameForm, initial_frame
from communications.forms.text import FIELDS, TextForm
from communications.models import Message
from communications.services.message import MessageData
from programmes.models import fingerprint
from programmes.queries.texts import SOURCE_LANGUAGE, text_of


class MessageForm(FrameForm, TextForm):
    """A whole message with its English text."""

    CORE = ("purpose", "key_points", "level", "sender")

    purpose = forms.CharField(
        label=_("Purpose"),
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What people know or do once they have read it."),
    )
    key_points = forms.CharField(
        label=_("Key points"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line. Every translation keeps them."),
    )
    level = forms.ChoiceField(label=_("Level"), choices=Message.Level.choices)
    sender = forms.CharField(
        label=_("Sender"), max_length=120, help_text=_("The name that people see as sender.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].label = _("Subject, in English")
        self.fields["body"].label = _("Text, in English")

    def message(self) -> MessageData:
        """Return the frame that was typed; the form must be valid."""
        return self.frame(**{name: self.cleaned_data[name] for name in self.CORE})

    @property
    def core_fields(self) -> list[forms.BoundField]:
        """Return the fields of what the message is."""
        return [self[name] for name in self.CORE]

    @property
    def text_fields(self) -> list[forms.BoundField]:
        """Return the fields of its English text."""
        return [self[name] for name in FIELDS]


def blank_message(sender: str) -> dict[str, Any]:
    """Return what the form of a new message begins with."""
    return {"level": Message.Level.TACTICAL, "local_time": "09:00", "sender": sender}


def initial_of(message: Message) -> dict[str, Any]:
    """Return what the form of a message begins with."""
    text = text_of(message, SOURCE_LANGUAGE, FIELDS)
    return {
        **text,
        **{name: getattr(message, name) for name in MessageForm.CORE},
        **initial_frame(message),
        "text_seen": fingerprint(text),
    }
