"""For whom something goes out and when: the part that each form of a message has."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communications.models import Message
from communications.services.message import AUDIENCE, MessageData
from programmes.forms.fields import DayField
from programmes.models import BusinessLine, Programme, Site, Wave
from stakeholders.models import Person

ANY = _("None ticked means all.")


class FrameForm(forms.Form):
    """Audience and schedule of a message; whatever sends one has these fields."""

    AUDIENCE = ("waves", "sites", "business_lines", "employers")
    TIMING = ("offset_days", "fixed_on", "local_time", "latest_hours", "is_urgent")

    waves = forms.ModelMultipleChoiceField(
        Wave.objects.none(),
        label=_("Waves"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=ANY,
    )
    sites = forms.ModelMultipleChoiceField(
        Site.objects.none(),
        label=_("Sites"),
        required=False,
        help_text=_("None chosen means all sites of the waves. Ctrl adds another one."),
    )
    business_lines = forms.ModelMultipleChoiceField(
        BusinessLine.objects.all(),
        label=_("Business lines"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=ANY,
    )
    employers = forms.MultipleChoiceField(
        label=_("Employers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=ANY,
    )
    offset_days = forms.IntegerField(
        label=_("Days from go-live"),
        required=False,
        min_value=-730,
        max_value=730,
        help_text=_("7 is a week after the go-live of each site, -7 a week before."),
    )
    fixed_on = DayField(
        label=_("Or on one date for all"),
        required=False,
        help_text=_("Such as 18 Jan 2027. Leave the days from go-live empty then."),
    )
    local_time = forms.TimeField(
        label=_("Local hour"), help_text=_("By the clock of each site, such as 09:00.")
    )
    latest_hours = forms.IntegerField(
        label=_("Latest send time, hours after"),
        required=False,
        min_value=1,
        max_value=1440,
        help_text=_(
            "After it nothing is sent any more. Empty is the end of the next working day of a site."
        ),
    )
    is_urgent = forms.BooleanField(
        label=_("Urgent"),
        required=False,
        help_text=_("Goes out at the hour given, also at night, on weekends and on holidays."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["waves"].queryset = programme.waves.all()  # type: ignore[attr-defined]
        sites = Site.objects.filter(wave_sites__wave__programme=programme)
        self.fields["sites"].queryset = sites  # type: ignore[attr-defined]
        employers = Person.objects.active().exclude(employer="").order_by("employer")
        names = employers.values_list("employer", flat=True).distinct()
        self.fields["employers"].choices = [(n, n) for n in names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse both or neither of the two ways to name the day."""
        values = super().clean() or {}
        is_typed = not {"offset_days", "fixed_on"} & self.errors.keys()
        if is_typed and (values.get("offset_days") is None) == (values.get("fixed_on") is None):
            self.add_error(
                "offset_days", ValidationError(_("Give either days from go-live or one date."))
            )
        return values

    def frame(self, **own: Any) -> MessageData:
        """Return what was typed, with the message's own fields; the form must be valid."""
        names = (*self.AUDIENCE, *self.TIMING)
        return MessageData(**{name: self.cleaned_data[name] for name in names}, **own)

    @property
    def audience_fields(self) -> list[forms.BoundField]:
        """Return the fields of whom it is for."""
        return [self[name] for name in self.AUDIENCE]

    @property
    def timing_fields(self) -> list[forms.BoundField]:
        """Return the fields of when it goes out."""
        return [self[name] for name in self.TIMING]


def initial_frame(message: Message) -> dict[str, Any]:
    """Return what a form begins with for the audience and schedule of a message."""
    audience = message.audience
    return {
        **{name: getattr(message, name) for name in FrameForm.TIMING},
        "local_time": f"{message.local_time:%H:%M}",
        **{name: list(getattr(audience, name).all()) for name in AUDIENCE},
        "employers": audience.employers,
    }
