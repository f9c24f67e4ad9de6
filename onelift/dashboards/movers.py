"""What the roof adds to a move: texts to correct, and a correction for who heard the old date."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from onelift.dashboards.moves.services import overtaken, ways
from onelift.dashboards.moves.services.correction import discard, draft_correction, title_of
from programmes.models import Move
from programmes.queries.shift import Mover, Row, Shift, Wishes, register
from programmes.scope import Scope


class Ways(Mover):
    """Messages and surveys follow; drafts get the day, or the later end, chosen for them."""

    key = "ways"

    def moving(self, shift: Shift, wishes: Wishes, scope: Scope, now: datetime) -> Sequence[Row]:
        """Return the messages and surveys whose day is computed from the date."""
        return ways.moving_mails(shift, wishes, scope, now)

    def apply(self, shift: Shift, wishes: Wishes, user: Any, now: datetime) -> Any:
        """Give them their days."""
        return ways.take_ways(shift, wishes, now)

    def undo(self, kept: Any, move: Move, user: Any, now: datetime) -> None:
        """Give them those that they had."""
        ways.put_back(kept, now)


class Texts(Mover):
    """Those that name the old date are out of date until somebody corrects or confirms them."""

    key = "texts"

    def apply(self, shift: Shift, wishes: Wishes, user: Any, now: datetime) -> Any:
        """Mark them."""
        return overtaken.mark_texts(shift)

    def undo(self, kept: Any, move: Move, user: Any, now: datetime) -> None:
        """Give them the state that they had."""
        overtaken.put_back(kept)


class Correction(Mover):
    """A draft that goes through approval like any other message."""

    key = "correction"

    def apply(self, shift: Shift, wishes: Wishes, user: Any, now: datetime) -> Any:
        """Write it, where it is wished and somebody was told."""
        return draft_correction(shift, user, now) if wishes.correction else None

    def made(self, kept: Any) -> str:
        """Return the title of the draft."""
        return title_of(kept)

    def undo(self, kept: Any, move: Move, user: Any, now: datetime) -> None:
        """Remove it again, unless somebody has worked on it."""
        discard(kept, move, user, now)


register(Ways())
register(Texts())
register(Correction())
