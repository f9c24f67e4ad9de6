"""A SQLite database with all tables and no rows, made once a run of tests, then copied."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

NAME = "migrated.sqlite3"


def migrated_file(factory: pytest.TempPathFactory) -> Path:
    """Return the path of the database, which the first process of a run makes for all."""
    own = factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    made = folder / NAME
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            migrate(f"sqlite:///{folder / 'making.sqlite3'}", folder)
            (folder / "making.sqlite3").rename(made)
    return made


def migrate(database_url: str, folder: Path) -> None:
    """Make the tables of an empty database."""
    environment = {**os.environ, "DATABASE_URL": database_url, "ONELIFT_VAR": str(folder)}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, timeout=300)
