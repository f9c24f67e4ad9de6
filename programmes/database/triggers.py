"""Triggers by which the database keeps counts: putting them on a table, and taking them off.

PostgreSQL has one function that sees all rows of a statement, SQLite an act for each row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Which tables of its rows a statement shows its trigger.
_SHOWN = {
    "insert": "REFERENCING NEW TABLE AS present",
    "update": "REFERENCING OLD TABLE AS past NEW TABLE AS present",
    "delete": "REFERENCING OLD TABLE AS past",
    "truncate": "",
}


@dataclass(frozen=True)
class Triggers:
    """The triggers of one count.

    Attributes:
        name: with which their names begin.
        table: whose rows they count.
        function: what PostgreSQL calls, which the statement ``definition`` makes; ``updates`` is
            the condition under which it does after an update.
        acts: name → after what, of which rows, and what SQLite does for each.

    """

    name: str
    table: str
    function: str
    definition: str
    acts: Mapping[str, tuple[str, str, str]]
    updates: str = ""

    def install(self, editor: BaseDatabaseSchemaEditor) -> None:
        """Put them on the table. Safe to run again."""
        self.remove(editor)
        is_postgresql = editor.connection.vendor == "postgresql"
        for statement in self._for_statements() if is_postgresql else self._for_rows():
            editor.execute(statement, params=None)

    def remove(self, editor: BaseDatabaseSchemaEditor) -> None:
        """Take them away."""
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP FUNCTION IF EXISTS {self.function} CASCADE", params=None)
            return
        for act in self.acts:
            editor.execute(f"DROP TRIGGER IF EXISTS {self.name}_{act}", params=None)

    def _for_statements(self) -> Iterator[str]:
        yield self.definition
        for event, shown in _SHOWN.items():
            yield (
                f"CREATE TRIGGER {self.name}_{event} AFTER {event} ON {self.table} {shown} "
                f"FOR EACH STATEMENT {self.updates if event == 'update' else ''} "
                f"EXECUTE FUNCTION {self.function}()"
            )

    def _for_rows(self) -> Iterator[str]:
        for name, (event, condition, act) in self.acts.items():
            yield (
                f"CREATE TRIGGER {self.name}_{name} AFTER {event} ON {self.table} FOR EACH ROW "
                f"WHEN {condition} BEGIN {act} END"
            )
