"""What PostgreSQL knows of how large tables are, where a plan would be absurd without."""

from django.db import connection, models

# Of fewer rows any plan is good enough.
FEW = 10_000
# The server looks by itself, up to a minute late; a statement that runs is not planned again.
CHANGED = """
SELECT relname FROM pg_stat_user_tables
WHERE schemaname = current_schema() AND relname = ANY(%s)
AND n_mod_since_analyze > GREATEST(%s, n_live_tup / 2)
ORDER BY relname
"""


def look_at_new_rows(*tables: type[models.Model]) -> list[str]:
    """Let the server look at those of some tables whose rows are mostly new; return their names.

    It samples them, which takes less than a second, and holds nobody up. Elsewhere than on
    PostgreSQL nothing is done.
    """
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, [[table._meta.db_table for table in tables], FEW])
        found = [name for (name,) in cursor.fetchall()]
        for name in found:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(name)}")
    return found
