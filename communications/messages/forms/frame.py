"""For whom something goes out and when: the part that each form of a message has."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from communications.messages.models import Message
from communications.messages.services.message import MessageData
from programmes.design.fields import DayField, HourField
from programmes.models import Programme
from programmes.timing import Schedule
from stakeholders.audiences.forms.lines import LinesForm, initial_lines
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.services.audience import lines_of, rule_of


class FrameForm(LinesForm):
    """Audience and schedule of a message; whatever sends one has these fields."""

    TIMING = ("offset_days", "fixed_on", "local_time", "latest_hours", "is_urgent", "is_optional")

    offset_days = forms.IntegerField(
        label=_("Days from go-live"),
        required=False,
        min_value=-730,
        max_value=730,
        help_text=_("7 means a week after each site’s go-live, -7 a week before."),
    )
    fixed_on = DayField(
        label=_("Or one date for all sites"),
        required=False,
        help_text=_("If you enter one, leave the days from go-live empty."),
    )
    local_time = HourField(label=_("Local time"), help_text=_("In each site’s time zone."))
    latest_hours = forms.IntegerField(
        label=_("Stop sending after (hours)"),
        required=False,
        min_value=1,
        max_value=1440,
        help_text=_("Default: the end of the site’s next working day."),
    )
    is_urgent = forms.BooleanField(
        label=_("Urgent"),
        required=False,
        help_text=_("Sent at the time given, even at night, on weekends and on holidays."),
    )

    is_optional = forms.BooleanField(
        label=_("People can opt out"),
        required=False,
        help_text=_(
            "The email says how. People who opt out get no more optional messages from this "
            "programme."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse both or neither of the two ways to name the day."""
        values = super().clean() or {}
        is_typed = not {"offset_days", "fixed_on"} & self.errors.keys()
        if is_typed and (values.get("offset_days") is None) == (values.get("fixed_on") is None):
            self.add_error(
                "offset_days", ValidationError(_("Enter either days from go-live or one date."))
            )
        return values

    def frame(self, **own: Any) -> MessageData:
        """Return what was typed, with the message's own fields; the form must be valid."""
        timing = {name: self.cleaned_data[name] for name in self.TIMING}
        return MessageData(**timing, **vars(self.lines()), **own)

    def rule_so_far(self, programme: Programme) -> Rule | None:
        """Return whom the criteria mean, whatever else is wrong; None if they cannot be read."""
        return (
            None if self._refused(*self.line_names.split(",")) else rule_of(programme, self.lines())
        )

    def schedule_so_far(self) -> Schedule | None:
        """Return when it is due, whatever else is wrong; None if that cannot be read."""
        if self._refused(*self.TIMING):
            return None
        return Schedule(**{f.name: self.cleaned_data[f.name] for f in fields(Schedule)})

    def _refused(self, *names: str) -> bool:
        return bool(self.errors.keys() & set(names))

    @property
    def timing_fields(self) -> list[forms.BoundField]:
        """Return the fields of when it goes out."""
        return [self[name] for name in self.TIMING]


def lines_with_errors(form: LinesForm, named: Mapping[str, Collection[str]]) -> dict[str, bool]:
    """Return which lines of the card on audience and time hold an error.

    Args:
        form: what was typed.
        named: the fields of its own lines, by the name of the line.
    """
    lines = {
        "audience": (*form.START, *form.AUDIENCE, *form.MORE),
        "without": form.EXCEPTIONS,
        **named,
    }
    return {line: bool(form.errors.keys() & set(names)) for line, names in lines.items()}


def initial_frame(message: Message) -> dict[str, Any]:
    """Return what a form begins with for the audience and schedule of a message."""
    return {
        **{name: getattr(message, name) for name in FrameForm.TIMING},
        "local_time": f"{message.local_time:%H:%M}",
        **initial_lines(lines_of(message.audience)),
    }


def as_typed(form: forms.Form) -> QueryDict:
    """Return what a form begins with as its page would post it."""
    data = QueryDict(mutable=True)
    for bound in form:
        value = bound.value()
        many = value if isinstance(value, (list, tuple)) else [value]
        data.setlist(bound.html_name, [str(one) for one in many if _is_posted(one)])
    return data


def _is_posted(value: object) -> bool:
    """Tell whether a page posts a value: a box without its tick is not, and the number 0 is."""
    return value is not None and value is not False and value != ""
