"""After a bulk load PostgreSQL looks at what is new before it plans a large join."""

import pytest
from django.db import connection

from programmes.database.statistics import FEW, look_at_new_rows
from programmes.models import Region

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.services,
]


def load(first: int, n: int) -> None:
    """Add rows, and let the server count them at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO programmes_region (name, slug)
            SELECT 'Region ' || n, 'region-' || n FROM generate_series(%s, %s) AS n""",
            [first, first + n - 1],
        )
        cursor.execute("SELECT pg_stat_force_next_flush()")


def rows_expected() -> int:
    """Return how many rows the server plans for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'programmes_region'")
        return int(cursor.fetchone()[0])


def test_a_table_is_looked_at_once_most_of_it_is_new():
    load(1, FEW // 2)
    assert look_at_new_rows(Region) == []
    load(FEW, FEW)
    assert look_at_new_rows(Region) == ["programmes_region"]
    assert rows_expected() == FEW // 2 + FEW
    assert look_at_new_rows(Region) == []
