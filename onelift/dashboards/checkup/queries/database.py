"""The database: whether it answers, keeps what it is told, and is of this version."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from onelift.configuration.environment import EMBEDDED
from onelift.dashboards.checkup.queries.finding import Finding, fine, trouble, warning
from onelift.logs.records import headline
from programmes.database.clock import database_now

OLDEST_POSTGRESQL = 14
OURS = ("programmes", "stakeholders", "communications", "events", "feedback")
KEEPING = ("fsync", "full_page_writes", "synchronous_commit")
# Settings by which PostgreSQL writes statements into its log, and the values that write none.
LOGGING = {
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
}
CLOCK_WARNING, CLOCK_TROUBLE = 2.0, 60.0


def check_database() -> Finding:
    """Ask for its version."""
    try:
        connection.ensure_connection()
        return _judged(*connection.get_database_version()[:2])
    except DatabaseError as error:
        return trouble(f"It cannot be used: {headline(error)}. Start it, or mend DATABASE_URL.")


def _judged(major: int, minor: int) -> Finding:
    if connection.vendor == "sqlite":
        found = f"SQLite {major}.{minor} answers."
        advice = "Production is built for PostgreSQL: name one in DATABASE_URL."
        return fine(found) if EMBEDDED else warning(f"{found} {advice}")
    if major < OLDEST_POSTGRESQL:
        return trouble(f"PostgreSQL {major} is too old: take {OLDEST_POSTGRESQL} or newer.")
    if _shown("server_encoding") != "UTF8":
        return trouble("Its encoding is not UTF8: create the database with ENCODING 'UTF8'.")
    return fine(f"PostgreSQL {major}.{minor} answers.")


def _shown(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


def check_commits() -> Finding:
    """Ask whether what is committed outlives a crash of the server."""
    if connection.vendor == "sqlite":
        return fine("What is committed is kept where ONELIFT_SQLITE_SYNCHRONOUS is FULL.")
    off = [name for name in KEEPING if _shown(name) == "off"]
    if off:
        return trouble(
            f"{' and '.join(off)} off: after a crash the server may forget that mails have left, "
            "and they would leave again. Switch on in postgresql.conf."
        )
    return fine("What is committed is kept through a crash.")


def check_statements() -> Finding:
    """Ask whether the server writes into its log what people answer to surveys."""
    if connection.vendor == "sqlite":
        return fine("SQLite keeps no log of statements.")
    writing = [name for name, silent in LOGGING.items() if _shown(name) not in silent]
    if writing:
        return warning(
            f"{' and '.join(writing)} let PostgreSQL write statements into its log, and with them "
            "what people answer to surveys. Switch off in postgresql.conf, and delete the logs."
        )
    return fine("PostgreSQL writes no statements into its log.")


def check_migrations() -> Finding:
    """Compare the tables with this version of the code."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    if plan:
        count, first = len(plan), plan[0][0]
        return trouble(f"{count} not applied, first {first}: run python manage.py migrate.")
    newer = sorted(
        key
        for key in loader.applied_migrations
        if key[0] in OURS and key not in loader.disk_migrations
    )
    if newer:
        return warning(
            f"The database is of a newer version ({'.'.join(newer[0])}): install that version."
        )
    return fine("All migrations are applied.")


def check_cache_table() -> Finding:
    """Look for the table that ``createcachetable`` makes."""
    table = settings.CACHES["default"]["LOCATION"]
    if table in connection.introspection.table_names():
        return fine(f"The table {table} is there.")
    return trouble(f"The table {table} is missing: run python manage.py createcachetable.")


def check_clock() -> Finding:
    """Compare this machine's clock with the database's, by which everything goes."""
    before = datetime.now(UTC)
    database = database_now()
    return compared(before + (datetime.now(UTC) - before) / 2, database)


def compared(machine: datetime, database: datetime) -> Finding:
    """Judge two readings (UTC) of the same moment."""
    apart = abs((machine - database).total_seconds())
    found = f"The clocks of this machine and of the database are {apart:.1f} s apart"
    if apart > CLOCK_TROUBLE:
        return trouble(f"{found}: set both by NTP.")
    if apart > CLOCK_WARNING:
        return warning(f"{found}: see whether both are set by NTP.")
    return fine(f"{found}.")
