"""The two shapes of an installation: what differs between them when it is broken on purpose."""

import itertools
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Protocol

from tests.faults.servers import Redis, ask_postgres, with_database
from tests.waiting import HANGS

ROOT = Path(__file__).resolve().parents[2]
_NUMBERS = itertools.count(1)


class Shape(Protocol):
    """Where an installation keeps its rows and its messages, and who works."""

    workers: tuple[str, ...]

    def environment(self, process: str) -> dict[str, str]:
        """Return what a process of this name finds in its environment."""

    def query(self, statement: str) -> list[tuple]:
        """Return the rows that a statement finds."""

    def stop(self) -> None:
        """Take away what lies outside the folder of the test."""


class Embedded:
    """SQLite and a broker of files, all under one folder; one worker."""

    workers = ("worker",)

    def __init__(self, folder: Path, migrated: Path):
        self.folder, self.database = folder, folder / "onelift.sqlite3"
        shutil.copy(migrated, self.database)

    def environment(self, process: str) -> dict[str, str]:
        return {
            "ONELIFT_MODE": "embedded",
            "ONELIFT_VAR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "ONELIFT_SQLITE_SYNCHRONOUS": "FULL",
        }

    def query(self, statement: str) -> list[tuple]:
        connection = sqlite3.connect(self.database, timeout=HANGS)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def stop(self) -> None:
        pass


class Services:
    """PostgreSQL, a Redis of its own, and two workers that share no disk."""

    workers = ("worker", "another")

    def __init__(self, folder: Path, migrated: str):
        """Copy a database; ``migrated`` is its address."""
        self.folder, self.redis = folder, Redis()
        template = migrated.rpartition("/")[2]
        self.name = f"{template}_{os.getpid()}_{next(_NUMBERS)}"
        self.server, self.url = migrated, with_database(migrated, self.name)
        self.ask_server(f'CREATE DATABASE "{self.name}" TEMPLATE "{template}"')

    def ask_server(self, statement: str) -> None:
        ask_postgres(with_database(self.server, "postgres"), statement)

    def environment(self, process: str) -> dict[str, str]:
        return {
            "ONELIFT_MODE": "production",
            "ONELIFT_VAR": str(self.folder / process / "var"),
            "DATABASE_URL": self.url,
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": "only-for-the-tests-" + 40 * "k",
            "ALLOWED_HOSTS": "127.0.0.1",
            "PUBLIC_URL": "http://127.0.0.1",
        }

    def query(self, statement: str) -> list[tuple]:
        return ask_postgres(self.url, statement)

    def stop(self) -> None:
        self.redis.kill()
        self.ask_server(f'DROP DATABASE "{self.name}" WITH (FORCE)')
