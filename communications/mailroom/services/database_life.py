"""The lives of the database: one ends when its server breaks down and may have forgotten.

Within a claim, intents and outcomes are committed without waiting for the disk. A PostgreSQL that
breaks down forgets the last of them; the claim itself it knows, since that commit waited. So each
claim names the life in which it was made. The name of the present life stands in an unlogged
table, which PostgreSQL empties when it recovers from a break-down, or when a standby takes over,
and keeps through an ordinary stop. SQLite forgets nothing (``ONELIFT_SQLITE_SYNCHRONOUS=FULL``)
and has one life.
"""

import secrets

from django.db import connection

LENGTH = 8
ONLY = "0" * LENGTH


def current_life() -> str:
    """Return the name of this life of the database, ``LENGTH`` characters."""
    if connection.vendor != "postgresql":
        return ONLY
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM communications_life")
        row = cursor.fetchone()
        if row is None:
            name = secrets.token_hex(LENGTH // 2)
            cursor.execute(
                "INSERT INTO communications_life (name) VALUES (%s) ON CONFLICT DO NOTHING", [name]
            )
            cursor.execute("SELECT name FROM communications_life")
            row = cursor.fetchone()
    return str(row[0])
