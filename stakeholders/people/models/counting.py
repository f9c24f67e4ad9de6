"""The triggers by which the database keeps the head counts (``HeadCount``), and their first fill.

A migration installs them. On SQLite, Django changes a table by making it anew, and the triggers go
with the old one: a migration that changes the columns of ``Person`` ends with ``count_heads``, and
one that changes ``HeadCount`` has ``forget_heads`` before it as well. The tests of head counts fail
on SQLite without.

PostgreSQL adds rows and changes none, a row for each change of a count by one statement. So nobody
waits: an import does not keep the form of a person waiting, nor the form the import, which may
each hold people that the other is about to write. ``HeadCount.objects.merge`` tidies up after them.
SQLite lets one connection write at a time, and counts up and down in place.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from programmes.database.triggers import Triggers

_PEOPLE, _HEADS = "stakeholders_person", "stakeholders_headcount"
_OF_PERSON = ("site_id", "language", "business_line_id", "employer", "job")
_KEY, _THEIRS = "site, language, business_line, employer, job", ", ".join(_OF_PERSON)
_ADD = f"INSERT INTO {_HEADS} ({_KEY}, heads)"

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION stakeholders_count_heads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    {_ADD} SELECT {_THEIRS}, COUNT(*) FROM present WHERE left_on IS NULL GROUP BY {_THEIRS};
  ELSIF TG_OP = 'DELETE' THEN
    {_ADD} SELECT {_THEIRS}, -COUNT(*) FROM past WHERE left_on IS NULL GROUP BY {_THEIRS};
  ELSIF TG_OP = 'UPDATE' THEN
    {_ADD} SELECT {_THEIRS}, SUM(heads) FROM (
      SELECT {_THEIRS}, 1 AS heads FROM present WHERE left_on IS NULL
      UNION ALL SELECT {_THEIRS}, -1 FROM past WHERE left_on IS NULL
    ) AS changed GROUP BY {_THEIRS} HAVING SUM(heads) <> 0;
  ELSE
    DELETE FROM {_HEADS};
  END IF;
  RETURN NULL;
END $$
"""  # noqa: S608 (our names, as below)


def _same(row: str) -> str:
    pairs = zip(_KEY.split(", "), _OF_PERSON, strict=True)
    return " AND ".join(f"{ours} IS {row}.{theirs}" for ours, theirs in pairs)


def _values(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in _OF_PERSON)


_UP = f"""
  UPDATE {_HEADS} SET heads = heads + 1 WHERE {_same("NEW")};
  {_ADD} SELECT {_values("NEW")}, 1 WHERE changes() = 0;
"""  # noqa: S608
_DOWN = f"""
  UPDATE {_HEADS} SET heads = heads - 1 WHERE {_same("OLD")};
  DELETE FROM {_HEADS} WHERE heads = 0 AND {_same("OLD")};
"""  # noqa: S608
_MOVED = f"({_values('OLD')}, OLD.left_on) IS NOT ({_values('NEW')}, NEW.left_on)"
_CHANGE = f"UPDATE OF {_THEIRS}, left_on"
# Name → after what, of whom, and what is done for each row.
_ROWS = {
    "came": ("INSERT", "NEW.left_on IS NULL", _UP),
    "went": ("DELETE", "OLD.left_on IS NULL", _DOWN),
    "moved_away": (_CHANGE, f"OLD.left_on IS NULL AND {_MOVED}", _DOWN),
    "moved_here": (_CHANGE, f"NEW.left_on IS NULL AND {_MOVED}", _UP),
}
_TRIGGERS = Triggers(
    name="heads",
    table=_PEOPLE,
    function="stakeholders_count_heads",
    definition=_FUNCTION,
    acts=_ROWS,
)


def count_heads(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Install the triggers, and count everybody anew. Safe to run again."""
    _TRIGGERS.install(editor)
    editor.execute(f"DELETE FROM {_HEADS}", params=None)  # noqa: S608
    everybody = f"SELECT {_THEIRS}, COUNT(*) FROM {_PEOPLE} WHERE left_on IS NULL"  # noqa: S608
    editor.execute(f"{_ADD} {everybody} GROUP BY {_THEIRS}", params=None)


def forget_heads(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away."""
    _TRIGGERS.remove(editor)
