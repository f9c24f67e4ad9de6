"""What an approval freezes of one channel of its own: its texts, its days, how many copies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class FormContent:
    """The texts of one form by language, each by field.

    Attributes:
        from_on: the day on which it is hung up or sent; None is the day of the message at a site.
        until_on: the last day on which it hangs; None where nobody has said.
        copies: how many each site needs; None where nobody has said.

    """

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    from_on: date | None = None
    until_on: date | None = None
    copies: int | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "FormContent":
        """Return what ``to_json`` stored.

        Raises:
            ValueError: a date is not in ISO format.

        """
        days = {name: date.fromisoformat(stored[name]) for name in DAYS if stored.get(name)}
        return cls(texts=stored["texts"], copies=stored.get("copies"), **days)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON types, without what nobody has said."""
        texts = {code: dict(text) for code, text in self.texts.items()}
        return {"texts": texts, **self.frame()}

    def frame(self) -> dict[str, Any]:
        """Return its days and its copies as JSON types, those that somebody has said."""
        days = {name: getattr(self, name).isoformat() for name in DAYS if getattr(self, name)}
        copies = {"copies": self.copies} if self.copies else {}
        return {**days, **copies}


DAYS = ("from_on", "until_on")
