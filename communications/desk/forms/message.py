"""What is typed about a message: what it is for, for whom, when, and its English text."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.desk.forms.text import FIELDS, TextForm
from communications.messages.forms.frame import FrameForm, initial_frame
from communications.messages.models import Channel, Message
from communications.messages.services.message import MessageData
from programmes.design.fields import KeysField
from programmes.models import Programme, Site, fingerprint
from programmes.queries.texts import SOURCE_LANGUAGE, text_of
from stakeholders.audiences.forms.lines import number_in
from stakeholders.models import Impact


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

    channels: Any = KeysField(
        Channel.objects.none(),
        label=_("Also posted in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Groups of people at once. Their text holds no placeholder but the programme’s name."
        ),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, programme=programme, **kwargs)
        offered = programme.channels.filter(is_active=True)
        if offered.exists():
            self.fields["channels"].queryset = offered  # type: ignore[attr-defined]
        else:
            del self.fields["channels"]
        self.fields["subject"].label = _("Subject, in English")
        self.fields["body"].label = _("Text, in English")

    def message(self) -> MessageData:
        """Return the frame that was typed; the form must be valid."""
        core = {name: self.cleaned_data[name] for name in self.CORE}
        return self.frame(**core, channels=self.cleaned_data.get("channels", ()))

    @property
    def core_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.CORE]

    @property
    def text_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FIELDS]


def blank_message(sender: str) -> dict[str, Any]:
    """Return what the form of a new message begins with."""
    return {"level": Message.Level.TACTICAL, "local_time": "09:00", "sender": sender}


def told_of(impact: Impact, persona: str, site: str) -> dict[str, Any]:
    """Return what the form begins with for a message about an impact.

    Args:
        impact: what the message will answer.
        persona: the slug of the one to tell of it; where it is none of the impact's, all of them.
        site: the id of the one to tell there; where the impact names others only, these.
    """
    personas, sites = list(impact.personas.all()), list(impact.sites.all())
    chosen = [one for one in personas if one.slug == persona]
    here = list(Site.objects.filter(pk=number_in(site))) if site else []
    known = not sites or any(one in sites for one in here)
    said = (
        (_("Today: %s"), impact.before),
        (_("From go-live on: %s"), impact.after),
        (_("What it is good for: %s"), impact.benefit),
    )
    points = [str(words) % " ".join(text.split()) for words, text in said if text]
    return {
        "purpose": impact.name,
        "key_points": "\n".join(points),
        "personas": [one.pk for one in chosen or personas],
        "sites": [one.pk for one in (here if here and known else sites)],
    }


def initial_of(message: Message) -> dict[str, Any]:
    """Return what the form of a message begins with."""
    text = text_of(message, SOURCE_LANGUAGE, FIELDS)
    return {
        **text,
        **{name: getattr(message, name) for name in MessageForm.CORE},
        **initial_frame(message),
        "channels": message.channels.all(),
        "text_seen": fingerprint(text),
    }
