"""Who waits for whom in PostgreSQL."""

from django.db import connection


def is_waited_for():
    """Tell whether somebody else waits for a row of this connection's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0
