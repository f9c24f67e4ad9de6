"""Empties the database after a test that committed.

Django truncates all tables, which takes PostgreSQL most of a second however little they hold, and
then makes the types of content and the permissions anew, which no test has changed.
"""

from functools import cache
from typing import Any

from django.db import connection, transaction

KEPT = {"django_content_type", "auth_permission"}


def empty_database(_test_case: Any) -> None:
    """Delete all rows, and then those that triggers wrote down of it."""
    with transaction.atomic(), connection.cursor() as cursor:
        while filled := filled_tables(cursor):
            for table in filled:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def filled_tables(cursor: Any) -> list[str]:
    cursor.execute(" UNION ALL ".join(questions()))
    return [table for (table,) in cursor.fetchall()]


@cache
def questions() -> list[str]:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return [
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"
        for table in sorted(set(tables) - KEPT)
    ]
