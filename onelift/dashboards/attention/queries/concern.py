"""A fact that asks for somebody's attention, with what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """What the reader can do next: a link, or a form where it has something to post."""

    label: str
    url: str
    posted: Mapping[str, str] = field(default_factory=dict)
    icon: str = "edit"

    @property
    def is_form(self) -> bool:
        return bool(self.posted)


@dataclass(frozen=True)
class Concern:
    """One fact: what is so, and what to do next.

    Attributes:
        kind: a key of ``weight.URGENCY``.
        words: what is so, in one sentence.
        advice: what to do next or what else is known, in one sentence; may be empty.
        people: how many people it is about; None for everybody or if unknown.
        days: until it can no longer be helped, negative once it is late; None without a day.
        url: the list that counts the same, empty where the reader may not open it.
        count: the total of that list; None where the page it opens is none.
        step: what the reader can do.
        other: what else they can do.

    """

    kind: str
    words: str
    advice: str = ""
    people: int | None = None
    days: int | None = None
    url: str = ""
    count: int | None = None
    step: Step | None = None
    other: Step | None = None

    @property
    def tone(self) -> str:
        """Return how it is marked: what may still come right by itself is a warning."""
        return "warn" if self.kind in ("at_risk", "waiting") else "bad"
