"""The saved versions of a message, and what differs between two of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.messages.models import MessageVersion
from communications.messages.models.message_version import CORE
from communications.messages.queries.source import Piece, pieces

NAMES: dict[str, Promise] = {
    "subject": _("Subject"),
    "body": _("Text"),
    "purpose": _("Purpose"),
    "key_points": _("Key points"),
}
DIGITS = 9


@dataclass(frozen=True)
class ComparedPart:
    """One field of two versions: its words, what went before what came."""

    name: str | Promise
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        return any(piece.kind != "equal" for piece in self.pieces)


@dataclass(frozen=True)
class Comparison:
    """An earlier and a later version, and their fields beside each other."""

    old: MessageVersion
    new: MessageVersion
    parts: list[ComparedPart]

    @property
    def changed(self) -> list[ComparedPart]:
        """Return the fields that differ."""
        return [part for part in self.parts if part.is_changed]


def versions_of(found: QuerySet[MessageVersion]) -> list[MessageVersion]:
    """Return saved versions, the newest first, with who saved them."""
    return list(found.select_related("saved_by").order_by("-number"))


def comparison_of(versions: Sequence[MessageVersion], old: str, new: str) -> Comparison | None:
    """Return the comparison of two versions by their numbers as an address names them.

    Without them, or where they are none, the newest with the one before it; None if there is only
    one.
    """
    if len(versions) < 2:
        return None
    known = {one.number: one for one in versions}
    latest = _named(known, new) or versions[0]
    before = next((one for one in versions if one.number < latest.number), versions[-1])
    earlier = _named(known, old) or before
    first, last = sorted((earlier, latest), key=lambda one: one.number)
    parts = [ComparedPart(NAMES[name], _pieces(first, last, name)) for name in CORE]
    return Comparison(first, last, parts)


def _named(known: dict[int, MessageVersion], typed: str) -> MessageVersion | None:
    is_number = typed.isdecimal() and len(typed) <= DIGITS
    return known.get(int(typed)) if is_number else None


def _pieces(old: MessageVersion, new: MessageVersion, name: str) -> tuple[Piece, ...]:
    before, after = getattr(old, name), getattr(new, name)
    if before == after:
        return (Piece("equal", after),) if after else ()
    return tuple(pieces(before, after))
