"""The database: whether it answers, keeps what it is told, and is of this version."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

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
        words = _("The database cannot be used: %(why)s. Start it, or correct DATABASE_URL.")
        return trouble(words % {"why": headline(error)})


def _judged(major: int, minor: int) -> Finding:
    if connection.vendor == "sqlite":
        found = _("SQLite %(version)s is running.") % {"version": f"{major}.{minor}"}
        advice = _("Use PostgreSQL in production: set DATABASE_URL.")
        return fine(found) if EMBEDDED else warning(f"{found} {advice}")
    if major < OLDEST_POSTGRESQL:
        words = _("PostgreSQL %(major)s is too old: use %(oldest)s or newer.")
        return trouble(words % {"major": major, "oldest": OLDEST_POSTGRESQL})
    if _shown("server_encoding") != "UTF8":
        return trouble(
            _("The database encoding is not UTF8: create the database with ENCODING 'UTF8'.")
        )
    return fine(_("PostgreSQL %(version)s is running.") % {"version": f"{major}.{minor}"})


def _shown(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


def check_commits() -> Finding:
    """Ask whether what is committed outlives a crash of the server."""
    if connection.vendor == "sqlite":
        return fine(_("Commits survive a crash if ONELIFT_SQLITE_SYNCHRONOUS is FULL."))
    off = [name for name in KEEPING if _shown(name) == "off"]
    if off:
        return trouble(
            _(
                "%(names)s off: after a crash the server can lose track of sent emails and send "
                "them again. Turn on in postgresql.conf."
            )
            % {"names": ", ".join(off)}
        )
    return fine(_("Commits survive a crash."))


def check_statements() -> Finding:
    """Ask whether the server writes into its log what people answer to surveys."""
    if connection.vendor == "sqlite":
        return fine(_("SQLite does not log statements."))
    writing = [name for name, silent in LOGGING.items() if _shown(name) not in silent]
    if writing:
        return warning(
            _(
                "Because of %(names)s, PostgreSQL logs statements, including people’s survey "
                "answers. Turn off in postgresql.conf, and delete the logs."
            )
            % {"names": ", ".join(writing)}
        )
    return fine(_("PostgreSQL does not log statements."))


def check_migrations() -> Finding:
    """Compare the tables with this version of the code."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    if plan:
        words = _("%(n)s not applied, starting with %(first)s: run python manage.py migrate.")
        return trouble(words % {"n": len(plan), "first": plan[0][0]})
    newer = sorted(
        key
        for key in loader.applied_migrations
        if key[0] in OURS and key not in loader.disk_migrations
    )
    if newer:
        return warning(
            _(
                "The database belongs to a newer version of OneLift (%(name)s): install that "
                "version."
            )
            % {"name": ".".join(newer[0])}
        )
    return fine(_("All migrations are applied."))


def check_cache_table() -> Finding:
    """Look for the table that ``createcachetable`` makes."""
    table = settings.CACHES["default"]["LOCATION"]
    if table in connection.introspection.table_names():
        return fine(_("The table %(table)s exists.") % {"table": table})
    words = _("The table %(table)s is missing: run python manage.py createcachetable.")
    return trouble(words % {"table": table})


def check_clock() -> Finding:
    """Compare this machine's clock with the database's, by which everything goes."""
    before = datetime.now(UTC)
    database = database_now()
    return compared(before + (datetime.now(UTC) - before) / 2, database)


def compared(machine: datetime, database: datetime) -> Finding:
    """Judge two readings (UTC) of the same moment."""
    apart = abs((machine - database).total_seconds())
    found = _("The clocks of this machine and the database are %(seconds)s s apart")
    found %= {"seconds": f"{apart:.1f}"}
    if apart > CLOCK_TROUBLE:
        return trouble(_("%(found)s: synchronise both with NTP.") % {"found": found})
    if apart > CLOCK_WARNING:
        return warning(
            _("%(found)s: check that both are synchronised with NTP.") % {"found": found}
        )
    return fine(f"{found}.")
