"""How calls are refused: what is wrong and what to do, in English, as JSON."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation


class RefusedError(Exception):
    """A call that cannot be answered.

    Attributes:
        status: of HTTP.
        error: what is wrong.
        what_to_do: the next step.
        fields: what is wrong with single fields, by name.
        wait: seconds until it may be tried again, or 0.

    """

    def __init__(
        self,
        status: int,
        error: str,
        what_to_do: str,
        fields: Mapping[str, list[str]] | None = None,
        wait: int = 0,
    ) -> None:
        super().__init__(error)
        self.status, self.error, self.what_to_do = status, error, what_to_do
        self.fields, self.wait = dict(fields or {}), wait

    def body(self) -> dict[str, Any]:
        """Return what is answered."""
        found: dict[str, Any] = {"error": self.error, "what_to_do": self.what_to_do}
        return {**found, "fields": self.fields} if self.fields else found


def refusal_of(error: ValidationError) -> RefusedError:
    """Return the refusal for what a service says of fields."""
    with translation.override("en"):
        by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        fields = {name: [str(text) for text in texts] for name, texts in by_field.items()}
    return RefusedError(422, "The values cannot be saved.", "Correct the fields named.", fields)


def not_found(what: str, where: str) -> RefusedError:
    return RefusedError(404, f"There is no such {what} in this programme.", f"Look at {where}.")
