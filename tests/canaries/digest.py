"""Whether anything was written: a hash of each table."""

import hashlib

from django.apps import apps
from django.db import connection

# A session is written by whoever signs in, and an address without a token is counted as a guess.
EXCEPTED = {"sessions.Session", "programmes.Attempt"}


def digest() -> dict[str, str]:
    """Return a hash of all rows, by model."""
    found = apps.get_models(include_auto_created=True)
    return {
        m._meta.label: _hash_of(m._meta.db_table)
        for m in found
        if m._meta.managed and m._meta.label not in EXCEPTED
    }


def _hash_of(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        rows = sorted(
            repr([bytes(v) if isinstance(v, memoryview) else v for v in row])
            for row in cursor.fetchall()
        )
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return which tables are not as they were."""
    return sorted(name for name in after if after[name] != before[name])
