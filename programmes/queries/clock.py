"""The clock that everything goes by: the database's, the same for web, workers and beat."""

from datetime import UTC, datetime

from django.db import connection

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
