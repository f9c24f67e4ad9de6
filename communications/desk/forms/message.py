"""What is typed about a message: what it is for, for whom, when, and its English text."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.desk.forms.text import FIELDS, LONGEST_BODY, TextForm
from communications.messages.forms.frame import FrameForm, initial_frame, lines_with_errors
from communications.messages.models import Channel, Message, MessageVersion, Sender
from communications.messages.queries.sender import choices_of, listed_in
from communications.messages.services.message import MessageData
from programmes.design.fields import KeptTextField, KeysField
from programmes.models import Programme, Site, fingerprint
from programmes.queries.texts import SOURCE_LANGUAGE, text_of
from stakeholders.audiences.forms.lines import number_in
from stakeholders.models import Impact
from stakeholders.register.forms.about import AboutForm, initial_about


class MessageForm(AboutForm, FrameForm, TextForm):
    """A whole message with its English text."""

    CORE = ("purpose", "key_points", "level", "sender")
    # What may still be empty where somebody saves and writes on; approval asks for it.
    LATER = ("purpose", "body")

    purpose = KeptTextField(
        label=_("Purpose"),
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What people should know or do after reading it."),
    )
    key_points = KeptTextField(
        label=_("Key points"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One per line. Every translation must keep them."),
    )
    level = forms.ChoiceField(label=_("Level"), choices=Message.Level.choices)
    sender = forms.ChoiceField(
        label=_("Sender"),
        help_text=_("The name people see as the sender. A person must have agreed to it."),
    )

    channels: Any = KeysField(
        Channel.objects.none(),
        label=_("Also posted in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Each channel posts to a whole group. The only placeholder allowed there is the "
            "programme’s name."
        ),
    )

    waits_for_text = forms.ChoiceField(
        label=_("If not ready"),
        required=False,
        choices=(
            ("", _("Send the nearest language at the hour")),
            ("1", _("Wait until the latest time, then send the nearest language")),
        ),
        widget=forms.RadioSelect,
    )
    # What the author calls a change of the English, and beside which proposal.
    kind = forms.ChoiceField(
        label=_("This change is"),
        required=False,
        choices=(("", _("As proposed")), *MessageVersion.Kind.choices),
    )
    kind_for = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, programme: Programme, is_unfinished: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, programme=programme, **kwargs)
        for name in self.LATER if is_unfinished else ():
            self.fields[name].required = False
        self.senders = listed_in(programme)
        current = str(self.initial.get("sender", ""))
        offered_names = choices_of(programme, self.senders, current)
        cast(forms.ChoiceField, self.fields["sender"]).choices = offered_names
        self.offer_subjects(programme, Impact.objects.of(programme))
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
        channels = self.cleaned_data.get("channels", ())
        waits = bool(self.cleaned_data["waits_for_text"])
        return self.frame(**core, waits_for_text=waits, channels=channels, about=self.about())

    def core_typed(self) -> dict[str, str]:
        """Return the core as it is typed, whether it may be saved or not."""
        names = (*FIELDS, "purpose", "key_points")
        return {name: str(self[name].value() or "")[:LONGEST_BODY] for name in names}

    @property
    def said(self) -> tuple[str, str]:
        """Return what the author calls the change, and beside which proposal they said so."""
        kind, key = (str(self[name].value() or "") for name in ("kind", "kind_for"))
        return (kind if kind in MessageVersion.Kind.values else ""), key

    @property
    def open_lines(self) -> dict[str, bool]:
        """Return which lines of the card on audience and time hold an error."""
        named = {
            "time": self.TIMING,
            "channels": ("channels",),
            "sender": ("sender",),
            "not_ready": ("waits_for_text",),
            "about": ("level", *self.ABOUT),
        }
        return lines_with_errors(self, named)

    @property
    def unfilled(self) -> list[forms.BoundField]:
        """Return the fields that must not stay empty and are."""
        needed = (*FIELDS, "purpose", "sender")
        return [self[name] for name in needed if not str(self[name].value() or "").strip()]

    @property
    def level_label(self) -> str:
        return str(dict(Message.Level.choices).get(str(self["level"].value()), ""))

    @property
    def signer(self) -> Sender | None:
        """Return the person in whose name it is sent; None for a role."""
        chosen = str(self["sender"].value() or "")
        return next((one for one in self.senders if one.user and one.name == chosen), None)

    @property
    def channels_chosen(self) -> list[Channel]:
        """Return the groups in which it is posted; the form must have been checked."""
        return list(self.cleaned_data.get("channels") or ())

    @property
    def subjects_chosen(self) -> int:
        """Return how many impacts and services it is about."""
        return sum(chosen for _field, chosen in self.about_folds)

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
        (_("From go-live: %s"), impact.after),
        (_("Benefit: %s"), impact.benefit),
    )
    points = [str(words) % " ".join(text.split()) for words, text in said if text]
    return {
        "purpose": impact.name,
        "answers": [impact.pk],
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
        **initial_about(message),
        "channels": message.channels.all(),
        "waits_for_text": "1" if message.waits_for_text else "",
        "text_seen": fingerprint(text),
    }
