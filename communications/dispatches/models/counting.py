"""The triggers by which the database keeps the tally of the ledger (``Tally``), and its counting.

A migration installs them. On SQLite, Django changes a table by making a new one, and the triggers
go with the old one: a migration that changes the columns of ``Delivery`` ends with ``keep_tally``,
and one that changes ``Tally`` has ``drop_tally`` before it as well. The tests of the tally fail on
SQLite without.

PostgreSQL adds rows and changes none, a row for each change of a count by one statement, so that
senders never wait for one another. A statement that leaves all counts as they are may say so
(the setting ``onelift.uncounted`` of its transaction). SQLite lets one connection write at a time,
and counts up and down in place.
"""

from typing import Any

from django.db import connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from communications.dispatches.models.tally import COLUMNS
from programmes.database.triggers import Triggers

_MAILS, _TALLY, _COLUMNS = "communications_delivery", "communications_tally", ", ".join(COLUMNS)
_READ = ("dispatch_id", "site_id", "state", "language", "reason", "delay", "due_at", "next_try_at")
_OPEN = "('planned', 'claimed', 'sending')"
_MINUTE = {
    "postgresql": "date_trunc('minute', {row}.next_try_at)",
    "sqlite": "strftime('%Y-%m-%d %H:%M:00', {row}.next_try_at)",
}


def _values(row: str, vendor: str) -> list[str]:
    """Return the columns of a count as expressions over a row of the ledger."""
    minute = _MINUTE[vendor].format(row=row)
    return [
        f"{row}.dispatch_id",
        f"{row}.site_id",
        f"CASE WHEN {row}.state IN {_OPEN} THEN 'waiting' ELSE {row}.state END",
        f"CASE WHEN {row}.state IN {_OPEN} THEN '' ELSE {row}.language END",
        f"CASE WHEN {row}.state IN ('skipped', 'cancelled') THEN {row}.reason ELSE '' END",
        f"{row}.delay",
        f"CASE WHEN {row}.state IN {_OPEN} OR {row}.delay <> '' THEN {row}.due_at END",
        f"CASE WHEN {row}.state = 'planned' THEN {minute} END",
    ]


def _named(row: str, vendor: str) -> str:
    pairs = zip(_values(row, vendor), COLUMNS, strict=True)
    return ", ".join(f"{value} AS {column}" for value, column in pairs)


_ADD = f"INSERT INTO {_TALLY} ({_COLUMNS}, mails, first_at, last_at, is_new)"
_SUMS = f"SELECT {_COLUMNS}, SUM(mails), MIN(at), MAX(at), TRUE"
_MOVED = f"GROUP BY {_COLUMNS} HAVING SUM(mails) <> 0"


def _rows(table: str, mails: int, vendor: str, condition: str = "TRUE") -> str:
    at = "one.ended_at" if mails > 0 else "CASE WHEN FALSE THEN one.ended_at END"
    return f"SELECT {_named('one', vendor)}, {mails} AS mails, {at} AS at FROM {table} one WHERE {condition}"  # noqa: E501, S608


_CAME, _WENT = _rows("present", 1, "postgresql"), _rows("past", -1, "postgresql")
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION communications_keep_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    {_ADD} {_SUMS} FROM ({_CAME}) AS changed {_MOVED};
  ELSIF TG_OP = 'DELETE' THEN
    {_ADD} {_SUMS} FROM ({_WENT}) AS changed {_MOVED};
  ELSIF TG_OP = 'UPDATE' THEN
    {_ADD} {_SUMS} FROM ({_CAME} UNION ALL {_WENT}) AS changed {_MOVED};
  ELSE
    DELETE FROM {_TALLY};
  END IF;
  RETURN NULL;
END $$
"""  # noqa: S608 (our names, as below)
_UNLESS = "WHEN (current_setting('onelift.uncounted', TRUE) IS DISTINCT FROM 'yes')"


def _same(row: str) -> str:
    pairs = zip(COLUMNS, _values(row, "sqlite"), strict=True)
    return " AND ".join(f"{ours} IS ({theirs})" for ours, theirs in pairs)


_NEW, _OLD = (", ".join(_values(row, "sqlite")) for row in ("NEW", "OLD"))
_UP = f"""
  UPDATE {_TALLY} SET mails = mails + 1, is_new = TRUE,
    first_at = min(coalesce(first_at, NEW.ended_at), coalesce(NEW.ended_at, first_at)),
    last_at = max(coalesce(last_at, NEW.ended_at), coalesce(NEW.ended_at, last_at))
  WHERE {_same("NEW")};
  {_ADD} SELECT {_NEW}, 1, NEW.ended_at, NEW.ended_at, TRUE WHERE changes() = 0;
"""  # noqa: S608
_DOWN = f"""
  UPDATE {_TALLY} SET mails = mails - 1, is_new = TRUE WHERE {_same("OLD")};
  DELETE FROM {_TALLY} WHERE mails = 0 AND {_same("OLD")};
"""  # noqa: S608
# Name → after what, of which rows, and what is done for each.
_EACH = {
    "came": ("INSERT", "TRUE", _UP),
    "went": ("DELETE", "TRUE", _DOWN),
    "moved": (f"UPDATE OF {', '.join(_READ)}", f"({_OLD}) IS NOT ({_NEW})", _DOWN + _UP),
}
_TRIGGERS = Triggers(
    name="tally",
    table=_MAILS,
    function="communications_keep_tally",
    definition=_FUNCTION,
    acts=_EACH,
    updates=_UNLESS,
)


def keep_tally(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Install the triggers, and count all mails again. Safe to run again."""
    _TRIGGERS.install(editor)
    editor.execute(f"DELETE FROM {_TALLY}", params=None)  # noqa: S608
    all_mails = _rows(_MAILS, 1, editor.connection.vendor)
    editor.execute(f"{_ADD} {_SUMS} FROM ({all_mails}) AS counted {_MOVED}", params=None)


def drop_tally(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away."""
    _TRIGGERS.remove(editor)


@transaction.atomic
def mend_tally(dispatch: int) -> int:
    """Count the rows of a dispatch; add what its tally lacks, and return how many counts differed.

    One statement sees both at one moment, so that nobody needs to stand still meanwhile.
    """
    own = _rows(_MAILS, 1, connection.vendor, f"one.dispatch_id = {dispatch:d}")
    here = f"FROM {_TALLY} WHERE dispatch_id = {dispatch:d}"
    told = f"SELECT {_COLUMNS}, -mails, NULL {here}"
    with connection.cursor() as cursor:
        cursor.execute(f"{_ADD} {_SUMS} FROM ({own} UNION ALL {told}) AS both_of_them {_MOVED}")
        differing = int(cursor.rowcount)
        if differing and connection.vendor != "postgresql":
            cursor.execute(f"DELETE {here}")
            cursor.execute(f"{_ADD} {_SUMS} FROM ({own}) AS counted {_MOVED}")
    return differing
