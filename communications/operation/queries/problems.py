"""What else may be stuck than the whole sending: looked for by the floors that know it.

The registry is here, since here is whoever emails; a floor above registers its look when Django
starts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Problem:
    """Something that is stuck, in the words of operators.

    Attributes:
        key: what stays the same while it lasts; at most 40 characters.
        title: what it is, in a line.
        text: what is known of it, and what to do.

    """

    key: str
    title: str
    text: str


Look = Callable[[datetime], Iterable[Problem]]
LOOKS: list[Look] = []


def register_look(look: Look) -> Look:
    """Let administrators be emailed about what a function finds at an instant (UTC)."""
    LOOKS.append(look)
    return look


def problems(now: datetime) -> dict[str, Problem]:
    """Return what is stuck, by key."""
    return {found.key: found for look in LOOKS for found in look(now)}
