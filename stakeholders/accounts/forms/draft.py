"""What the browser sends of a form that somebody types in."""

import json
import re

from django import forms
from django.core.exceptions import ValidationError

from stakeholders.accounts.models.draft import LONGEST_FORM

# Several times the longest text that a form takes, in letters of three bytes.
MOST_BYTES = 200_000
NO_FIELDS = "Send the fields as a JSON object of lists of texts."
# The browser leaves them out; what an old or strange one sends is dropped as well.
SECRET = re.compile(r"passw|token|secret", re.IGNORECASE)


class DraftAddressForm(forms.Form):
    """Which form."""

    form = forms.CharField(max_length=LONGEST_FORM, strip=False)


class DraftForm(DraftAddressForm):
    """Which form, and its fields as JSON: name → list of values."""

    fields_typed = forms.CharField(max_length=MOST_BYTES, strip=False)

    def clean_fields_typed(self) -> dict[str, list[str]]:
        """Return the fields that may be kept.

        Raises:
            ValidationError: this is no such JSON, or too much of it.
        """
        text = self.cleaned_data["fields_typed"]
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValidationError(NO_FIELDS) from error
        if len(text.encode("utf-8", "ignore")) > MOST_BYTES or not _are_fields(fields):
            raise ValidationError(NO_FIELDS)
        return {
            storable(name): [storable(value) for value in values]
            for name, values in fields.items()
            if not SECRET.search(name)
        }


def storable(text: str) -> str:
    """Return a text without what PostgreSQL refuses in JSON: NUL, and halves of letters."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def _are_fields(found: object) -> bool:
    """Tell whether this is a dict of lists of texts."""
    return isinstance(found, dict) and all(
        isinstance(values, list) and all(isinstance(value, str) for value in values)
        for values in found.values()
    )
