"""Two steps of the ledger for many mails at once: bodies leave now, and the server has taken them.

The intent is one commit for the mails that leave side by side, one over each connection of a
process. What the server has taken is written with others (see ``Sender``), and the contacts with
it. When bodies began, their lease tells.

On PostgreSQL neither waits for the disk (``database_life`` says why it may forget).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakSet

from django.conf import settings
from django.db import OperationalError, connection

from communications.dispatches.models import Delivery
from communications.mailroom.services.kind import Told
from communications.mailroom.services.ledger import Claim
from communications.messages.models import Approval

# It leaves the tally as it is, and says so: what is claimed waits there as what is sending does.
# What somebody else has in hand it does not wait for: they may wait for another row of this one.
BEGIN = """
WITH hurried AS MATERIALIZED (
  SELECT set_config('synchronous_commit', 'off', true),
    set_config('onelift.uncounted', {uncounted}, true)
),
free AS MATERIALIZED (
  SELECT one.*
  FROM unnest({ids}, {languages}, {addresses}, {message_ids}, {adapted})
    AS one(id, language, address, message_id, adapted)
  JOIN communications_delivery mine ON mine.id = one.id
  FOR UPDATE OF mine SKIP LOCKED
)
UPDATE communications_delivery next
SET state = 'sending', attempts = attempts + 1, lease_until = {lease}, language = free.language,
  address = free.address, message_id = free.message_id, approval_id = {approval},
  adapted_id = free.adapted
FROM hurried, free
WHERE next.id = free.id AND next.fence = {fence} AND next.state = 'claimed' AND EXISTS (
  SELECT 1
  FROM communications_dispatch dispatch
  JOIN communications_approval approval ON approval.message_id = dispatch.message_id
  WHERE dispatch.id = {dispatch} AND dispatch.paused_at IS NULL AND dispatch.cancelled_at IS NULL
    AND approval.id = {approval} AND approval.state = 'approved'
) AND (free.adapted IS NULL OR EXISTS (
  SELECT 1
  FROM communications_adaptationversion adapted
  WHERE adapted.id = free.adapted AND adapted.state = 'approved'
))
RETURNING next.id
"""
TYPES = {
    "lease": "timestamptz",
    "ids": "bigint[]",
    "languages": "text[]",
    "addresses": "text[]",
    "message_ids": "text[]",
    "adapted": "bigint[]",
    "approval": "bigint",
    "fence": "text",
    "dispatch": "bigint",
    "uncounted": "text",
}
PREPARE = f"PREPARE onelift_begin ({', '.join(TYPES.values())}) AS " + BEGIN.format(
    **{name: f"${number}" for number, name in enumerate(TYPES, start=1)}
)
EXECUTE = f"EXECUTE onelift_begin ({', '.join(f'%({name})s' for name in TYPES)})"
PLAIN = BEGIN.format(**{name: f"%({name})s::{kind}" for name, kind in TYPES.items()})
# Contacts are taken in the order of people, as whoever moves people does.
TAKEN = """
WITH hurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
told AS (SELECT * FROM unnest(%s::bigint[], %s::timestamptz[]) AS one(id, at)),
sent AS (
  UPDATE communications_delivery delivery
  SET state = 'sent', reason = '', ended_at = told.at, lease_until = NULL
  FROM told, hurried
  WHERE delivery.id = told.id AND delivery.fence = %s AND delivery.state IN ('claimed', 'sending')
  RETURNING delivery.person_id, told.at
)
INSERT INTO stakeholders_contact (programme_id, person_id, site_id, last_sent_at)
SELECT %s, person.id, CASE WHEN person.left_on IS NULL THEN person.site_id END, sent.at
FROM sent JOIN stakeholders_person person ON person.id = sent.person_id
ORDER BY person.id
ON CONFLICT (programme_id, person_id)
DO UPDATE SET last_sent_at = excluded.last_sent_at, site_id = excluded.site_id
WHERE stakeholders_contact.last_sent_at < excluded.last_sent_at
"""

# The connections that know the statement.
_PREPARED: WeakSet[Any] = WeakSet()


def begin(claim: Claim, approval: Approval, rows: Sequence[Delivery], now: datetime) -> set[int]:
    """Write down that the bodies of some mails leave now; return the ids of those that may.

    Others are forbidden: somebody has paused, cancelled, withdrawn or replaced them since the
    claim, or they are owned no more.
    """
    with connection.cursor() as cursor:
        cursor.execute(statement(), values(claim, approval, rows, now))
        return {pk for (pk,) in cursor.fetchall()}


def values(
    claim: Claim, approval: Approval, rows: Sequence[Delivery], now: datetime
) -> dict[str, Any]:
    """Return what the statement is told."""
    return {
        "lease": now + timedelta(seconds=settings.SENDING_LEASE_SECONDS),
        "ids": [row.pk for row in rows],
        "languages": [row.language for row in rows],
        "addresses": [row.address for row in rows],
        "message_ids": [row.message_id for row in rows],
        "adapted": [row.adapted_id for row in rows],
        "approval": approval.pk,
        "fence": claim.fence,
        "dispatch": rows[0].dispatch_id,
        # In a transaction that goes on it would be said of what follows as well.
        "uncounted": "no" if connection.in_atomic_block else "yes",
    }


def statement() -> str:
    """Return the statement, planned once for each connection.

    Behind a pooler that gives each transaction another connection, it is planned each time.
    """
    if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        return PLAIN
    connection.ensure_connection()
    if connection.connection not in _PREPARED:
        with connection.cursor() as cursor:
            cursor.execute(PREPARE)
        _PREPARED.add(connection.connection)
    return EXECUTE


def write_taken(claim: Claim, approval: Approval, told: Sequence[Told[Delivery]]) -> None:
    """Write down mails that the server has taken, and the contacts, in one transaction.

    Where the database gives up one of two who wait for each other, it is told once more.
    """
    ids, instants = [one.row.pk for one in told], [one.at for one in told]
    told_now: list[Any] = [ids, instants, claim.fence, approval.message.programme_id]
    with connection.cursor() as cursor:
        try:
            cursor.execute(TAKEN, told_now)
        except OperationalError:
            cursor.execute(TAKEN, told_now)
