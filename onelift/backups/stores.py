"""The two kinds of database, and what a backup asks of either."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, cast

from django.db import DatabaseError, connection

from onelift.backups import postgresql, sqlite
from onelift.backups.refusal import BackupError

NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


class Store(Protocol):
    """A module that backs up one kind of database.

    Attributes:
        FILE: the name of its file in a backup.
        dump: writes the database into a file; returns the version of the program that did.
        check: raises BackupError if a file cannot be put back; takes its version of the manifest.
        name: returns how an operator calls the database.
        server: returns the version of the database.
        alone: raises BackupError if others use the database; keeps other restores out meanwhile.
        beside: raises BackupError if a restore is under way; keeps others out while a backup reads.
        fill: puts a file in place of all tables, in one transaction, with statements at its end.

    """

    FILE: str
    dump: Callable[[Path], str]
    check: Callable[[Path, str], None]
    name: Callable[[], str]
    server: Callable[[], str]
    alone: Callable[[], AbstractContextManager[None]]
    beside: Callable[[], AbstractContextManager[None]]
    fill: Callable[[Path, str], None]


def store() -> Store:
    """Return how the database of the settings is backed up.

    Raises:
        BackupError: it does not answer.

    """
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise BackupError(f"The database cannot be reached: {reason}") from None
    return store_of(connection.vendor)


def store_of(vendor: str) -> Store:
    """Return how a kind of database is backed up."""
    return cast(Store, {"postgresql": postgresql, "sqlite": sqlite}[vendor])
