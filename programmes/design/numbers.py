"""Numbers as people type them, on a page or in a file."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator
from django.utils.translation import gettext as _

SPACES = str.maketrans("", "", " \u00a0\u202f")
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
fits = DecimalValidator(12, 2)


def number_typed(text: str) -> Decimal:
    """Return a number with at most two decimals behind a point or a comma, without exponent."""
    plain = text.translate(SPACES).removesuffix("%").replace(",", ".")
    try:
        if not PLAIN.fullmatch(plain):
            raise ValidationError(plain)
        number = Decimal(plain)
        fits(number)
    except ValidationError as error:
        words = _("“%(text)s” is not a number. Enter one such as 2600 or 71.5.")
        raise ValidationError(words % {"text": text[:40]}) from error
    return number


class NumberField(forms.DecimalField):
    """A number as ``number_typed`` reads it, shown as the reader's language writes it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, localize=True, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return what was typed as a decimal, None for nothing."""
        return None if value in self.empty_values else number_typed(str(value).strip())
