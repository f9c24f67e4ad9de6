"""A backup of the tests' database, made and restored as docs/operating/backup.md says."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection


class Backup:
    """A copy of the database as it is now."""

    def __init__(self, file: Path):
        self.file = file
        connection.close()
        if connection.vendor == "sqlite":
            copy_sqlite(Path(connection.settings_dict["NAME"]), file)
        else:
            postgresql("pg_dump", "--format=custom", f"--file={file}")

    def restore(self) -> None:
        """Put the copy in place of the database."""
        connection.close()
        if connection.vendor == "sqlite":
            copy_sqlite(self.file, Path(connection.settings_dict["NAME"]))
        else:
            postgresql("pg_restore", "--clean", "--if-exists", "--dbname", name(), str(self.file))


def copy_sqlite(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as write:
        read.backup(write)


def name() -> str:
    return str(connection.settings_dict["NAME"])


def postgresql(*command: str) -> None:
    given = connection.settings_dict
    environment = {
        "PGHOST": given["HOST"],
        "PGPORT": str(given["PORT"] or 5432),
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        "PGDATABASE": name(),
    }
    subprocess.run(command, env={**os.environ, **environment}, check=True, timeout=300)
