"""Questions that are asked so often that Django and the database plan them only once."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import QuerySet, Value

from programmes.database.clock import instant

# What each connection of PostgreSQL has prepared, by the connection as the driver has it.
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Statement:
    """One statement in SQL, with ``%s`` for each value.

    On PostgreSQL a connection prepares it at first use, so that its plan is made once: for a
    question over many tables that is nine tenths of the work. SQLite plans fast enough. Pools
    that hand a connection from one transaction to another forget what was prepared; with such a
    pool ``DISABLE_SERVER_SIDE_CURSORS`` is set, and nothing is prepared here either.
    """

    sql: str

    def run(self, values: Sequence[Any]) -> Any:
        """Run it with its values, and return the open cursor."""
        cursor = connection.cursor()
        sql = self._prepared_on(cursor) if _keeps_statements() else self.sql
        cursor.execute(sql, [_adapted(value) for value in values])
        return cursor

    def _prepared_on(self, cursor: Any) -> str:
        """Return what runs it by name, once this connection knows it."""
        known = _prepared.setdefault(connection.connection, set())
        if self.sql not in known:
            # By the driver: asked once for a connection, it is no statement of this page.
            with connection.wrap_database_errors:
                cursor.cursor.execute(f"PREPARE {self._name} AS {self._numbered}")
            known.add(self.sql)
        return self._by_name

    @cached_property
    def _name(self) -> str:
        return f"onelift_{hashlib.sha256(self.sql.encode()).hexdigest()[:16]}"

    @cached_property
    def _numbered(self) -> str:
        number = count(1)
        return re.sub("%s", lambda _place: f"${next(number)}", self.sql)

    @cached_property
    def _by_name(self) -> str:
        return f"EXECUTE {self._name} ({', '.join(['%s'] * self.sql.count('%s'))})"


def _keeps_statements() -> bool:
    is_pooled = connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS", False)
    return connection.vendor == "postgresql" and not is_pooled


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


@dataclass(frozen=True)
class _Mark:
    """Stands in a queryset for a value that each question brings along."""

    name: str


class Compiled:
    """A queryset of plain values that is built and compiled once, and asked with other values.

    Building a queryset over several tables takes Django ten times as long as asking it. Rows come
    as the driver returns them: columns with a conversion of their own, such as JSON, are text.

    Args:
        build: takes expressions, named as ``rows`` will name the values; returns the queryset.
        names: of the values.

    """

    def __init__(self, build: Callable[..., "QuerySet[Any, Any]"], *names: str) -> None:
        self._build, self._names = build, names
        # By how the database is asked for the time, which stands in the SQL.
        self._known: dict[str, tuple[Statement, tuple[Any, ...]]] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows for these values, in one query."""
        statement, parameters = self._compiled()
        given = {_Mark(name): value for name, value in values.items()}
        with statement.run([given.get(each, each) for each in parameters]) as cursor:
            return list(cursor.fetchall())

    def _compiled(self) -> tuple[Statement, tuple[Any, ...]]:
        asked = instant()
        if asked not in self._known:
            marks = {name: Value(_Mark(name)) for name in self._names}
            sql, parameters = self._build(**marks).query.sql_with_params()
            self._known[asked] = Statement(sql), tuple(parameters)
        return self._known[asked]
