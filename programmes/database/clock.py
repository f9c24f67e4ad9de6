"""The clock that everything goes by: the database's, the same for web, workers and beat."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection

# What gives the current instant (UTC) to whoever asks at each step.
Clock = Callable[[], datetime]

NOW_IN = {
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')",
    "postgresql": "SELECT clock_timestamp()",
}


def database_now() -> datetime:
    """Return the database's time now (UTC), also inside a long transaction."""
    with connection.cursor() as cursor:
        cursor.execute(NOW_IN[connection.vendor])
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
