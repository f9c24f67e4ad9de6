"""The texts of messages to go out that somebody still has to write."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from communications.desk.queries.counts import FIELDS
from communications.desk.queries.message import MessageRow
from communications.desk.queries.message_filter import to_write
from communications.messages.models import Message
from programmes.models import Programme
from programmes.queries.texts import STALE, states_of_many


@dataclass(frozen=True)
class OpenText:
    """One language of a message that is still to go out, and the state of its text."""

    message: Message
    title: str
    language: str
    state: str


def stale_texts(rows: Iterable[MessageRow], programme: Programme) -> list[OpenText]:
    """Return what says what its English said before, what goes first first (one query)."""
    open_rows = [row for row in rows if row.is_open]
    states = states_of_many([row.message for row in open_rows], FIELDS, programme.languages)
    return [
        OpenText(row.message, row.title, code, STALE)
        for row in open_rows
        for code, status in states[row.message.pk].items()
        if status.state == STALE
    ]


def texts_to_write(rows: Iterable[MessageRow], languages: Collection[str]) -> list[OpenText]:
    """Return what is not ready of counted rows in some languages: the stale, then the others."""
    found = [
        OpenText(row.message, row.title, code, state)
        for row in rows
        for code, state in to_write(row, languages).items()
    ]
    return sorted(found, key=lambda one: one.state != STALE)
