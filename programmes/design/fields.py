"""Fields that read what people type as they write it."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorList
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programmes.design.days import read_day
from programmes.design.formats import day, long_day
from programmes.design.formats import number as written
from programmes.design.years import FIRST_YEAR, LAST_YEAR

_LINE_END = re.compile(r"\r\n?")
# No key is longer, and a database refuses to compare a column with a longer number.
LONGEST_KEY = 18
EXAMPLE = date(2027, 2, 28)
FILL_IN, CHOOSE = _("Fill in “%(field)s”."), _("Choose a value for “%(field)s”.")


class NamingBoundField(forms.BoundField):
    """A field on a page that says its name when nothing was written in it."""

    @property
    def errors(self) -> ErrorList:
        """Return what is wrong; in place of Django's sentence stands one that says what to do."""
        found = super().errors
        for error in found.as_data():
            if (
                error.code == "required"
                and error.message == forms.Field.default_error_messages["required"]
            ):
                error.message = CHOOSE if isinstance(self.field, forms.ChoiceField) else FILL_IN
                error.params = {"field": self.label}
        return found


class FormRenderer(DjangoTemplates):
    """Django's, for all forms, with fields that say their name."""

    bound_field_class = NamingBoundField


def is_key(value: object) -> bool:
    """Tell whether a value that came in is written as the key of a row."""
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY


class KeysField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several objects; a number that is too large for a key is an invalid choice."""

    def clean(self, value: Any) -> Any:
        """Return the objects; raises ValidationError if a value names none."""
        for key in value if isinstance(value, Sequence) and not isinstance(value, str) else ():
            if len(str(key)) > LONGEST_KEY:
                words = {"value": str(key)[:LONGEST_KEY]}
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params=words
                )
        return super().clean(value)


class KeptTextField(forms.CharField):
    """A text as it is kept: NFC, of which some letters take several signs, and line feeds.

    Browsers send two signs for the end of a line, and count one: so does the limit. Every field
    of several lines is one of these (``tests/test_inputs.py``).
    """

    default_error_messages = {
        "max_length": _(
            "The text has %(show_value)s characters. Shorten it to at most %(limit_value)s."
        )
    }

    def to_python(self, value: Any) -> Any:
        """Return the text as it is kept (see ``programmes.services.texts``)."""
        text = super().to_python(value)
        return text and unicodedata.normalize("NFC", _LINE_END.sub("\n", text))

    def run_validators(self, value: Any) -> None:
        """Write the numbers of what is too long as the reader's language does."""
        try:
            super().run_validators(value)
        except ValidationError as wrong:
            for error in wrong.error_list:
                if error.code == "max_length" and error.params:
                    error.params |= {
                        name: written(error.params[name]) for name in ("show_value", "limit_value")
                    }
            raise


def day_hint(more: object = "") -> str:
    """Return how a date may be typed, in the reader's language, before what else a field says."""
    hint = gettext("Such as %(words)s or %(numbers)s.")
    hint %= {"words": long_day(EXAMPLE), "numbers": EXAMPLE.isoformat()}
    return f"{hint} {more}" if more else hint


def hour_hint(more: object = "") -> str:
    hint = gettext("24-hour format, such as %(hour)s.") % {"hour": "17:30"}
    return f"{hint} {more}" if more else hint


lazy_day_hint, lazy_hour_hint = lazy(day_hint, str), lazy(hour_hint, str)


class DayField(forms.DateField):
    """A day as people write it: 18 Jan 2027, 18.1.2027, 2027-01-18, 18.1. or next Monday.

    Months are read in the language of the page and in English. Numbers are day, month, year.

    Attributes:
        is_planned: whether it must lie in a year that a programme could be in.
        has_calendar: whether pages offer a calendar beside it.

    """

    is_planned = has_calendar = True

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("This date does not exist. Enter one such as %(example)s."),
        "required": _("Enter a date such as %(example)s."),
        "far": _("Enter a date between the years 2000 and 2100."),
    }

    def __init__(self, *, help_text: object = "", **kwargs: Any) -> None:
        # A text field has no calendar: what may be typed is said under each.
        super().__init__(help_text=lazy_day_hint(help_text), **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let js/fields.js offer a calendar beside the text, where the text is the only way."""
        offered = {"data-calendar": ""} if self.has_calendar else {}
        return {**super().widget_attrs(widget), **offered}

    def prepare_value(self, value: object) -> object:
        """Show a date with its weekday, and whatever was typed as it was typed."""
        return day(value) if isinstance(value, date) else value

    def to_python(self, value: object) -> date | None:
        """Return the day that was meant; raises ValidationError if there is none."""
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return read_day(str(value).strip(), timezone.localdate())
        except (ValueError, OverflowError) as error:
            raise ValidationError(self._sentence("invalid"), code="invalid") from error

    def validate(self, value: object) -> None:
        """Raise ValidationError if there must be a date, with an example, or if it is far off."""
        if self.required and value in self.empty_values:
            raise ValidationError(self._sentence("required"), code="required")
        if self.is_planned and isinstance(value, date) and is_far(value):
            raise ValidationError(self.error_messages["far"], code="far")

    def _sentence(self, code: str) -> str:
        return self.error_messages[code] % {"example": day(EXAMPLE)}


class CalendarDayField(DayField):
    """A day in the administration, where a calendar beside the field reads and writes numbers.

    People entered in any year; the forms of programmes and waves look at theirs.
    """

    is_planned = has_calendar = False

    def prepare_value(self, value: object) -> object:
        """Leave the day to the widget, and whatever was typed as it was typed."""
        return value


class HourField(forms.TimeField):
    """An hour of the day, shown and typed as 24 hours."""

    widget = forms.TimeInput(format="%H:%M")
    default_error_messages = {"invalid": _("Enter a time such as 07:30.")}

    def __init__(self, *, help_text: object = "", **kwargs: Any) -> None:
        super().__init__(help_text=lazy_hour_hint(help_text), **kwargs)


def is_far(day: date) -> bool:
    """Tell whether a day lies in no year that a programme could be in."""
    return not FIRST_YEAR <= day.year <= LAST_YEAR
