"""PostgreSQL: by its own programs, as the account of the portal, within its database."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from onelift.backups import clients
from onelift.backups.files import sync
from onelift.backups.manifest import BEATS, MARK, STILL_RUNNING
from onelift.backups.refusal import RESTORING, BackupError
from programmes.database.clock import database_now

FILE = "database.dump"
# Any number that nobody else takes a lock by.
LOCK = 7_305_611_026
# Milliseconds. A session that was left behind ends at once, and so does what it was doing.
PATIENCE = 10_000
SESSIONS = """
SELECT coalesce(nullif(application_name, ''), 'a program'), count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
  AND coalesce(backend_type, 'client backend') = 'client backend'
GROUP BY 1 ORDER BY 1
"""
# Workers let their connections go between two rounds, and write the time of each. In half a restore
# the time is the backup's.
HAS_BEATS = "SELECT to_regclass(%s) IS NOT NULL AND to_regclass(%s) IS NULL"
IS_BEATING = "SELECT 1 FROM communications_heartbeat WHERE name = 'pump' AND at > %s"
END_LEFT_BEHIND = """
SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = %s
"""
# Not the schema itself, which may belong to somebody else, nor what an extension has brought.
EMPTY = """
SET LOCAL lock_timeout = '10s';
DO $$
DECLARE command text;
BEGIN
  FOR command IN
    SELECT format('DROP %s IF EXISTS %s CASCADE', CASE relkind WHEN 'v' THEN 'VIEW'
      WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass)
    FROM pg_class c
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
        AND d.objid = c.oid AND d.deptype IN ('e', 'i', 'a'))
    UNION ALL
    SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure)
    FROM pg_proc p
    WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
        AND d.objid = p.oid AND d.deptype = 'e')
  LOOP
    EXECUTE command;
  END LOOP;
END $$;
"""


def name() -> str:
    """Return how an operator calls the database."""
    given = connection.settings_dict
    return f"The database {given['NAME']} on {given['HOST'] or 'this machine'}"


def server() -> str:
    """Return the version of the database."""
    version = clients.server_version()
    return f"{version // 10000}.{version % 10000}"


def dump(file: Path) -> str:
    """Write the database into a file, as it is at one moment; return the version of pg_dump.

    Raises:
        BackupError: the program is missing, too old, or fails.

    """
    version = clients.sufficient("pg_dump", clients.server_version())
    # The portal needs no other extension, and may not make those that somebody else has made.
    words = ["--format=custom", "--no-password", "--extension=plpgsql"]
    with file.open("wb") as output:
        clients.run(clients.arguments("pg_dump", *words), output)
        sync(output)
    return version


def check(file: Path, client: str) -> None:
    """Look whether a dump can be read.

    Args:
        file: the dump.
        client: the version of the program that made it.

    Raises:
        BackupError: it cannot, or the programs here are too old for it or for the server.

    """
    least = max(clients.major(client) * 10000, clients.server_version())
    clients.sufficient("psql", least)
    clients.sufficient("pg_restore", least)
    clients.run(["pg_restore", "--list", str(file)], subprocess.DEVNULL)


@contextmanager
def alone() -> Iterator[None]:
    """Keep other restores out, and refuse while others use the database.

    Raises:
        BackupError: somebody else uses it.

    """
    if not ask("SELECT pg_try_advisory_lock(%s)", LOCK)[0][0]:
        raise BackupError(
            "Another restore or a backup of this database is running: wait until it has ended."
        )
    try:
        # Of a restore that was killed: the server may still be at work for it.
        ask(END_LEFT_BEHIND, PATIENCE, clients.FILLING)
        refuse_others()
        yield
    finally:
        ask("SELECT pg_advisory_unlock(%s)", LOCK)


@contextmanager
def beside() -> Iterator[None]:
    """Keep restores out while a backup is made; backups may meet.

    Raises:
        BackupError: a restore is under way.

    """
    if not ask("SELECT pg_try_advisory_lock_shared(%s)", LOCK)[0][0]:
        raise BackupError(RESTORING)
    try:
        yield
    finally:
        ask("SELECT pg_advisory_unlock_shared(%s)", LOCK)


def refuse_others() -> None:
    """Raise BackupError if the database is in use."""
    others = [f"{program} ({n})" for program, n in ask(SESSIONS)]
    if others:
        raise BackupError(
            f"{name()} is in use by {', '.join(others)}: stop beat, worker and web on all "
            "machines, and run this again."
        )
    if is_beating():
        raise BackupError(
            f"{name()} was in use by a worker a moment ago: stop beat, worker and web on all "
            "machines, wait a minute, and run this again."
        )


def is_beating() -> bool:
    """Tell whether a worker has just written its time."""
    has_beats = ask(HAS_BEATS, BEATS, MARK)[0][0]
    return bool(has_beats and ask(IS_BEATING, database_now() - STILL_RUNNING))


def fill(file: Path, last: str) -> None:
    """Put a dump in place of all tables; ``last`` are statements of the same transaction."""
    clients.fill(file, EMPTY, f"SET LOCAL search_path = public;\n{last}")


def ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())
