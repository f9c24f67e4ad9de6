"""For whom something goes out and when: the part that each form of a message has."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communications.messages.models import Message
from communications.messages.services.message import MessageData
from programmes.design.fields import DayField, HourField
from stakeholders.audiences.forms.lines import LinesForm, initial_lines
from stakeholders.audiences.services.audience import lines_of


class FrameForm(LinesForm):
    """Audience and schedule of a message; whatever sends one has these fields."""

    TIMING = ("offset_days", "fixed_on", "local_time", "latest_hours", "is_urgent", "is_optional")

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
        help_text=_("Leave the days from go-live empty then."),
    )
    local_time = HourField(label=_("Local hour"), help_text=_("By the clock of each site."))
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

    is_optional = forms.BooleanField(
        label=_("People may opt out"),
        required=False,
        help_text=_(
            "The mail says how. Who opts out gets no such message of the programme any more."
        ),
    )

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
        timing = {name: self.cleaned_data[name] for name in self.TIMING}
        return MessageData(**timing, **vars(self.lines()), **own)

    @property
    def timing_fields(self) -> list[forms.BoundField]:
        """Return the fields of when it goes out."""
        return [self[name] for name in self.TIMING]


def initial_frame(message: Message) -> dict[str, Any]:
    """Return what a form begins with for the audience and schedule of a message."""
    return {
        **{name: getattr(message, name) for name in FrameForm.TIMING},
        "local_time": f"{message.local_time:%H:%M}",
        **initial_lines(lines_of(message.audience)),
    }
