"""A database with all tables and no rows, made once a run of tests, then copied.

On SQLite it is a file, on PostgreSQL a template beside the database that the settings name. Both
are kept for later runs while what makes the tables stays the same.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg2
from django.conf import settings

from onelift.configuration.environment import env
from tests.faults.servers import programs, with_database
from tests.waiting import HANGS

KEPT = settings.BASE_DIR / "build" / "tables"
# Migrations, what they import, and the packages whose tables are made with ours.
MAKERS = ("*/migrations/*.py", "*/models/counting.py", "*/*/models/counting.py")
MAKERS += ("programmes/database/**/*.py", "requirements/core.txt")


def migrated_file() -> Path:
    """Return the path of the database, which the first process of a run makes for all."""
    KEPT.mkdir(parents=True, exist_ok=True)
    made = KEPT / f"{_makers_digest()}.sqlite3"
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make_file(made)
    return made


def _make_file(path: Path) -> None:
    """Make the tables in a new file; those of other migrations go."""
    for old in KEPT.glob("*.sqlite3"):
        old.unlink()
    with TemporaryDirectory(dir=KEPT) as folder:
        making = Path(folder) / "making.sqlite3"
        migrate(f"sqlite:///{making}", Path(folder))
        shutil.move(making, path)


def _makers_digest() -> str:
    """Return a name for all that the tables come from."""
    found = {path for pattern in MAKERS for path in settings.BASE_DIR.glob(pattern)}
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(found):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def migrate(database_url: str, folder: Path) -> None:
    """Make the tables of an empty database."""
    environment = {**os.environ, "DATABASE_URL": database_url, "ONELIFT_VAR": str(folder)}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, timeout=300)


def migrated_template() -> str:
    """Return the name of the template, which the first process of a run makes for all."""
    name = _template_name()
    with _server() as cursor:
        # Let go when the connection is closed.
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            _make_template(cursor, name)
    return name


def fill(database_url: str) -> None:
    """Make the tables in an empty database of another server: copied, which takes seconds."""
    template = migrated_template()
    copy = f"{template}_{os.getpid()}"
    with _server() as cursor:
        # Of the template itself nobody could make a database while it is read.
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
        try:
            _copy(with_database(env("DATABASE_URL"), copy), database_url)
        finally:
            cursor.execute(f'DROP DATABASE "{copy}"')


def _copy(source: str, target: str) -> None:
    dump = [programs() / "pg_dump", source]
    statements = subprocess.run(dump, stdout=subprocess.PIPE, check=True, timeout=HANGS).stdout
    words = ["--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={target}"]
    psql = [programs() / "psql", *words]
    subprocess.run(psql, input=statements, stdout=subprocess.DEVNULL, check=True, timeout=HANGS)


def drop_old_templates() -> None:
    """Drop templates of other migrations, and what a stopped run left of one."""
    with _server() as cursor:
        made = _template_name()
        pattern = f"{made.removesuffix(_makers_digest())}%"
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
        for (name,) in cursor.fetchall():
            if name != made:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def _make_template(cursor: Any, name: str) -> None:
    making = f"{name}_making"
    cursor.execute(f'CREATE DATABASE "{making}"')
    with TemporaryDirectory() as folder:
        migrate(with_database(env("DATABASE_URL"), making), Path(folder))
    cursor.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')


def _template_name() -> str:
    return f"{env.db_url('DATABASE_URL')['NAME']}_migrated_{_makers_digest()}"


@contextmanager
def _server() -> Iterator[Any]:
    with closing(psycopg2.connect(with_database(env("DATABASE_URL"), "postgres"))) as server:
        server.autocommit = True
        yield server.cursor()
