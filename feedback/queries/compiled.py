"""Questions that are asked so often that Django builds them only once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value


@dataclass(frozen=True)
class _Mark:
    """Stands in the compiled statement for a value that each question brings along."""

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

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows for these values, in one query."""
        sql, parameters = self._statement
        given = {_Mark(name): _adapted(value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(sql, [given.get(each, each) for each in parameters])
            return list(cursor.fetchall())

    @cached_property
    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        marks = {name: Value(_Mark(name)) for name in self._names}
        sql, parameters = self._build(**marks).query.sql_with_params()
        return sql, tuple(parameters)


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
