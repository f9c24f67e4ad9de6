"""The people and languages of the messages of a list, and whether a newer text waits."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from communications.desk.queries.message import MessageRow
from communications.desk.queries.recipients import Recipients, recipients_of
from communications.messages.models.content import Content
from communications.messages.queries.content import places_in, reading_counts
from programmes.models import Programme, WaveSite
from programmes.queries.texts import READY, states_of_many
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.crowd import crowd_of

FIELDS = ("subject", "body")


def with_counts(rows: Sequence[MessageRow], programme: Programme, scope: Scope) -> list[MessageRow]:
    """Return rows with their people and languages counted, in seven queries at most."""
    if not rows:
        return []
    places = {place.site_id: place for place in places_in(programme, scope)}
    rules = [rule for row in rows for rule in (row.rule, row.draft_rule)]
    crowd = crowd_of(places.keys(), scope, rules, "language")
    recipients = recipients_of({row.message: row.rule for row in rows}, crowd)
    statuses = states_of_many([row.message for row in rows], FIELDS, programme.languages)
    found = [_counted(row, places, recipients, statuses[row.message.pk], programme) for row in rows]
    return (
        [_compared(row, statuses[row.message.pk]) for row in found] if scope.reads_drafts else found
    )


def _counted(
    row: MessageRow,
    places: dict[int, WaveSite],
    recipients: Recipients,
    statuses: dict[str, Any],
    programme: Programme,
) -> MessageRow:
    def read_by(rule: Rule) -> set[str]:
        there = {pk for pk, place in places.items() if rule.names(place)}
        wanted = recipients.crowd.readers(rule, there)
        return set(reading_counts(wanted, programme.languages)) & set(programme.languages)

    meant = {pk for pk, place in places.items() if row.rule.names(place)}
    read, written = read_by(row.rule), read_by(row.draft_rule)
    texts = {code: statuses[code].state for code in programme.languages if code in written}
    ready = [code for code, status in statuses.items() if status.state in READY]
    return replace(
        row,
        people=recipients.of(row.message.pk).meant(row.rule, meant),
        ready=len(read.intersection(row.going.frozen.languages if row.going else ready)),
        languages=len(read),
        texts=texts,
    )


def _compared(row: MessageRow, statuses: dict[str, Any]) -> MessageRow:
    """Return a row that says whether what is written differs from what goes out.

    What a source shows besides and the channels are not compared: each would take a query a row.
    """
    if row.going is None:
        return row
    frozen = row.going.frozen
    written = replace(
        Content.of_draft(row.message, row.draft_rule),
        languages={code: one.text for code, one in statuses.items() if one.state in READY},
        more=frozen.more,
        channels=frozen.channels,
    )
    return replace(row, is_newer=written.fingerprint != frozen.fingerprint)
