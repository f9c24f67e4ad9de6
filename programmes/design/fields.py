"""Fields that read what people type as they write it."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import get_month_names
from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorList
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programmes.design.formats import day, locale_of, long_day
from programmes.design.years import FIRST_YEAR, LAST_YEAR

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")
NUMBER = re.compile(r"\d+")
# No key is longer, and a database refuses to compare a column with a longer number.
LONGEST_KEY = 18
EXAMPLE = date(2027, 2, 28)
FILL_IN, CHOOSE = _("Fill in “%(field)s”."), _("Choose something for “%(field)s”.")


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
    """A text that is kept in NFC, of which some letters take several signs: they are counted so."""

    def to_python(self, value: Any) -> Any:
        """Return the text as it is kept (see ``programmes.services.texts``)."""
        text = super().to_python(value)
        return text and unicodedata.normalize("NFC", text)


def day_hint(more: object = "") -> str:
    """Return how a date may be typed, in the reader's language, before what else a field says."""
    hint = gettext("Such as %(words)s or %(numbers)s.")
    hint %= {"words": long_day(EXAMPLE), "numbers": EXAMPLE.isoformat()}
    return f"{hint} {more}" if more else hint


def hour_hint(more: object = "") -> str:
    hint = gettext("24 hours, such as %(hour)s.") % {"hour": "17:30"}
    return f"{hint} {more}" if more else hint


lazy_day_hint, lazy_hour_hint = lazy(day_hint, str), lazy(hour_hint, str)


class DayField(forms.DateField):
    """A day as people write it: 18 Jan 2027, Mon 18 January 2027, 18.1.2027 or 2027-01-18.

    Months are read in the language of the page and in English. Numbers are day, month, year.

    Attributes:
        is_planned: whether it must lie in a year that a programme could be in.

    """

    is_planned = True

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("There is no such date. Enter one such as %(example)s."),
        "required": _("Enter a date such as %(example)s."),
        "far": _("Enter a date between the years 2000 and 2100."),
    }

    def __init__(self, *, help_text: object = "", **kwargs: Any) -> None:
        # A text field has no calendar: what may be typed is said under each.
        super().__init__(help_text=lazy_day_hint(help_text), **kwargs)

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
            return read_day(str(value).strip())
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

    is_planned = False

    def prepare_value(self, value: object) -> object:
        """Leave the day to the widget, and whatever was typed as it was typed."""
        return value


class HourField(forms.TimeField):
    """An hour of the day, shown and typed as 24 hours."""

    widget = forms.TimeInput(format="%H:%M")
    default_error_messages = {"invalid": _("Enter an hour such as 07:30.")}

    def __init__(self, *, help_text: object = "", **kwargs: Any) -> None:
        super().__init__(help_text=lazy_hour_hint(help_text), **kwargs)


def is_far(day: date) -> bool:
    """Tell whether a day lies in no year that a programme could be in."""
    return not FIRST_YEAR <= day.year <= LAST_YEAR


def read_day(text: str) -> date:
    """Return the day that a text names; raises ValueError or OverflowError if it names none."""
    if ISO_DAY.match(text):
        return date.fromisoformat(text)
    numbers = [int(found) for found in NUMBER.findall(text)]
    month = _month_in(text)
    if month:
        numbers.insert(1, month)
    if len(numbers) != 3:
        raise ValueError(text)
    first, month, last = numbers
    return date(first, month, last) if first > 31 else date(last, month, first)


def _month_in(text: str) -> int | None:
    """Return the number of the month that a text names, in the page's language or English."""
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", text)}
    for locale in (locale_of(), "en"):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, locale).items():
                    if name.rstrip(".").casefold() in words:
                        return int(number)
    return None
