"""What is typed about an event."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communications.messages.forms.frame import lines_with_errors
from events.models import Event
from events.models.event import LONGEST_REMINDER_DAYS, MOST_SEATS
from events.services.event import MAIL_HOUR, EventData
from programmes.design.fields import DayField, HourField, KeptTextField, KeysField
from programmes.forms.shared_text import SharedTextForm
from programmes.models import Programme, Site, Stream, fingerprint
from programmes.queries.texts import SOURCE_LANGUAGE, text_of
from programmes.scope import Scope
from programmes.timing import Schedule
from stakeholders.audiences.forms.lines import LinesForm, initial_lines
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.services.audience import lines_of, rule_of
from stakeholders.models import Impact, Role, User
from stakeholders.register.forms.about import AboutForm, initial_about

FIELDS = ("title", "what", "agenda")


class EventTextForm(SharedTextForm):
    """What an event says of itself in one language."""

    WRITTEN = FIELDS

    title = KeptTextField(label=_("Title"), max_length=120)
    what = KeptTextField(
        label=_("Description"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    agenda = KeptTextField(
        label=_("Agenda"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One item per line, such as “10:00 Welcome”."),
    )

    @property
    def text_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FIELDS]

    @property
    def text(self) -> dict[str, str]:
        """Return the text; the form must be valid."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class EventForm(AboutForm, LinesForm, EventTextForm):
    """A whole event: where, when, for whom, and the English text.

    Who works in some regions invites their sites alone; who leads streams makes events of these.
    """

    PLACE = ("kind", "stream", "site", "room", "directions", "capacity")
    TIME = ("held_on", "from_time", "until_time")
    MAILS = ("invite_on", "remind_days")
    DOOR = ("hosts",)
    NEEDED = ("title", "what", "site", "room", "capacity", "held_on", "invite_on")

    kind = forms.ChoiceField(label=_("Kind"), choices=Event.Kind.choices)
    stream = forms.ModelChoiceField(
        Stream.objects.none(), label=_("Stream"), required=False, empty_label=_("None")
    )
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"))
    room = forms.CharField(label=_("Room"), max_length=120)
    directions = forms.CharField(
        label=_("How to get there"),
        max_length=200,
        required=False,
        help_text=_("For example: step-free access by gate 2."),
    )
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=MOST_SEATS)
    held_on = DayField(label=_("Day"))
    from_time = HourField(label=_("From"), help_text=_("In the site’s time zone."))
    until_time = HourField(label=_("Until"), help_text=_("In the site’s time zone."))
    invite_on = DayField(
        label=_("Invitation date"),
        help_text=_("Sent at 09:00 local time at each site, once approved."),
    )
    remind_days = forms.IntegerField(
        label=_("Reminder (days before)"),
        required=False,
        min_value=1,
        max_value=LONGEST_REMINDER_DAYS,
        help_text=_("Sent to people with a seat. Leave empty for no reminder."),
    )

    hosts = KeysField(
        User.objects.none(),
        label=_("Hosts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Hosts see who is registered and check people in. They get the role of event host."
        ),
    )

    def __init__(self, *args: Any, programme: Programme, scope: Scope, **kwargs: Any) -> None:
        # Where the lines of a saved audience are taken, what was typed comes in place of it.
        kept = kwargs.get("initial", {}).get("stream")
        super().__init__(*args, programme=programme, **kwargs)
        self.scope = scope
        self.is_local = not scope.may("event.all") and not scope.is_everywhere
        here = Site.objects.within(scope).filter(wave_sites__wave__programme=programme).distinct()
        self.offer("site", here)
        self.offer_subjects(programme, Impact.objects.within(scope))
        self.offer("stream", _streams(programme, scope, kept))
        self.offer("hosts", hosts_in(programme))
        if self.is_local:
            self.narrow(here)

    def offer(self, name: str, found: Any) -> None:
        """Let a field offer some objects."""
        self.fields[name].queryset = found  # type: ignore[attr-defined]

    def narrow(self, here: Any) -> None:
        """Leave of the audience the sites in view alone."""
        for name in (*self.START, *self.AUDIENCE, *self.MORE, *self.EXCEPTIONS):
            field: Any = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = []
            else:
                field.queryset = field.queryset.none()
        self.offer("sites", here)

    def clean(self) -> dict[str, Any]:
        """Refuse an event that its writer could not see, and hours that end before they begin."""
        values = super().clean() or {}
        first, last = values.get("from_time"), values.get("until_time")
        if first and last and last <= first:
            self.add_error("until_time", _("The event must end after it begins, on the same day."))
        invite_on, held_on = values.get("invite_on"), values.get("held_on")
        if invite_on and held_on and invite_on > held_on:
            self.add_error("invite_on", _("Choose an invitation date before the event."))
        if self.is_local and not values.get("sites"):
            self.add_error("sites", _("Choose the sites to invite."))
        if self.scope.is_everywhere and not self.scope.may("event.all"):
            self._check_stream(values)
        return values

    def _check_stream(self, values: dict[str, Any]) -> None:
        if not values.get("stream"):
            self.add_error("stream", ValidationError(_("Choose one of your streams.")))

    def _bound(self, names: tuple[str, ...]) -> list[forms.BoundField]:
        return [self[name] for name in names]

    @property
    def place_fields(self) -> list[forms.BoundField]:
        return self._bound(self.PLACE)

    @property
    def time_fields(self) -> list[forms.BoundField]:
        return self._bound(self.TIME)

    @property
    def mail_fields(self) -> list[forms.BoundField]:
        """Return the fields of when its mails go out."""
        return self._bound(self.MAILS)

    @property
    def door_fields(self) -> list[forms.BoundField]:
        """Return the field of the hosts, where somebody has the role."""
        field: Any = self.fields["hosts"]
        return self._bound(self.DOOR) if field.queryset else []

    @property
    def open_lines(self) -> dict[str, bool]:
        """Return which lines of the card on audience and time hold an error."""
        named = {"held": self.TIME, "mails": self.MAILS, "door": self.DOOR}
        return lines_with_errors(self, named)

    @property
    def unfilled(self) -> list[forms.BoundField]:
        """Return the fields that must not stay empty and are."""
        return [self[name] for name in self.NEEDED if not str(self[name].value() or "").strip()]

    def rule_so_far(self, programme: Programme) -> Rule | None:
        """Return who is invited, whatever else is wrong; None if it cannot be read."""
        if self.errors.keys() & set(self.line_names.split(",")):
            return None
        return rule_of(programme, self.lines())

    def schedule_so_far(self) -> Schedule | None:
        """Return when the invitation is due, whatever else is wrong; None if it names no day."""
        on = self.cleaned_data.get("invite_on")
        return Schedule(fixed_on=on, local_time=MAIL_HOUR) if on else None

    @property
    def event(self) -> EventData:
        """Return the event that was typed; the form must be valid."""
        data = self.cleaned_data
        own = {name: data[name] for name in (*self.PLACE, *self.TIME, *self.MAILS, *self.DOOR)}
        return EventData(**own, text=self.text, lines=self.lines(), about=self.about())


def _streams(programme: Programme, scope: Scope, kept: Stream | None) -> Any:
    """Return the streams that a writer may choose, with the one that the event has."""
    streams = programme.streams.all()
    if scope.may("event.all") or scope.streams is None:
        return streams
    return streams.filter(pk__in={*scope.streams, kept and kept.pk})


def hosts_in(programme: Programme) -> Any:
    """Return the users with the role of a host in a programme."""
    kind = Role.Kind.EVENT_HOST
    found = User.objects.filter(roles__programme=programme, roles__kind=kind, is_active=True)
    return found.distinct()


def text_initial(event: Event, language: str) -> dict[str, str]:
    """Return what the form of a text begins with."""
    text = text_of(event, language, FIELDS)
    return {**text, "text_seen": fingerprint(text)}


def event_initial(event: Event) -> dict[str, Any]:
    """Return what a form begins with for an event."""
    names = (*EventForm.PLACE, *EventForm.TIME, "remind_days")
    return {
        **{name: getattr(event, name) for name in names},
        **{name: f"{getattr(event, name):%H:%M}" for name in ("from_time", "until_time")},
        **text_initial(event, SOURCE_LANGUAGE),
        **initial_about(event),
        **initial_lines(lines_of(event.invitation.audience)),
        "invite_on": event.invitation.fixed_on,
        "hosts": [host.pk for host in event.hosts.all()],
    }
