"""The texts of one language that are to write, to review or done, as a queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from communications.desk.queries.counts import with_counts
from communications.desk.queries.message import MessageRow, message_rows, with_titles
from communications.dispatches.sources import titles_of
from programmes.models import Programme
from programmes.queries.texts import APPROVED, REVIEW
from programmes.scope import Scope

SOON = timedelta(days=7)
PARTS = ("todo", "review", "done")


@dataclass(frozen=True)
class QueueItem:
    """One message of the queue and how far its text in the language is."""

    pk: int
    title: str
    state: str
    goes_on: date | None

    @property
    def part(self) -> str:
        """Return under which of ``PARTS`` it belongs."""
        return {REVIEW: "review", APPROVED: "done"}.get(self.state, "todo")


@dataclass(frozen=True)
class Queue:
    """The items of one part, and how many there are of each; ``pk`` is the message shown."""

    part: str
    counts: list[tuple[str, int]]
    soon: list[QueueItem]
    later: list[QueueItem]
    pk: int

    @property
    def items(self) -> list[QueueItem]:
        return [*self.soon, *self.later]

    @property
    def before(self) -> QueueItem | None:
        """Return the item before the one shown."""
        return self._beside(-1)

    @property
    def after(self) -> QueueItem | None:
        """Return the item after the one shown, or the first where that is none of them."""
        return self._beside(1)

    def _beside(self, step: int) -> QueueItem | None:
        places = [item.pk for item in self.items]
        if self.pk not in places:
            return self.items[0] if self.items and step > 0 else None
        place = places.index(self.pk) + step
        return self.items[place] if 0 <= place < len(places) else None


def queue_of(
    programme: Programme, scope: Scope, language: str, now: datetime, pk: int, part: str = ""
) -> Queue:
    """Return the queue of a language, what goes out first first, in a constant number of queries.

    Args:
        programme: whose messages.
        scope: what of it is in view.
        language: the code of the texts.
        now: the moment.
        pk: the message that is shown.
        part: one of ``PARTS``, else that of the message.
    """
    rows = [row for row in message_rows(programme, scope, now) if row.is_open]
    rows = with_titles(rows, titles_of((row.message for row in rows), scope))
    items = _items(with_counts(rows, programme, scope), language)
    own = next((item.part for item in items if item.pk == pk), "todo")
    part = part if part in PARTS else own
    counts = [(name, sum(item.part == name for item in items)) for name in PARTS]
    shown = [item for item in items if item.part == part]
    soon = [item for item in shown if item.goes_on and item.goes_on <= now.date() + SOON]
    later = [item for item in shown if item not in soon]
    return Queue(part, counts, soon, later, pk)


def _items(rows: Sequence[MessageRow], language: str) -> list[QueueItem]:
    return [
        QueueItem(
            row.message.pk, row.title or row.message.purpose, row.texts[language], row.goes_on
        )
        for row in rows
        if language in row.texts
    ]
