"""The clock that everything goes by: the database's, the same for web, workers and beat."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Expression
from django.db.models.sql.compiler import SQLCompiler

# What gives the current instant (UTC) to whoever asks at each step.
Clock = Callable[[], datetime]

# The instant now (UTC) in SQL, also inside a long transaction. Whatever asks a database for the
# time takes it from here: it is where tests set the clock.
INSTANT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
    "postgresql": "clock_timestamp()",
}


def instant() -> str:
    """Return the SQL for the database at hand."""
    return INSTANT[connection.vendor]


class DatabaseNow(Expression):
    """The database's time now (UTC), within a query."""

    output_field = DateTimeField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        return instant().replace("%", "%%"), []


def database_now() -> datetime:
    """Return the database's time now (UTC), also inside a long transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {instant()}")
        (now,) = cursor.fetchone()
    if isinstance(now, str):
        return datetime.fromisoformat(now).replace(tzinfo=UTC)
    return now.astimezone(UTC)  # type: ignore[no-any-return]


def running_clock() -> Clock:
    """Return a clock (UTC) that asks the database once and goes on by itself.

    It is for a round of work of seconds to minutes, where each step asks for the time. Nobody who
    sets the clock of this machine moves it.
    """
    asked_at, then = database_now(), time.monotonic()
    return lambda: asked_at + timedelta(seconds=time.monotonic() - then)
