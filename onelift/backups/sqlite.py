"""SQLite: by its online copy, which takes all of the database at one moment, while all goes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from errno import ENOSPC
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from os import strerror
from pathlib import Path
from shutil import copyfile

from django.db import connection

from onelift.backups.files import sync_folder
from onelift.backups.manifest import BEATS, MARK, STILL_RUNNING
from onelift.backups.refusal import RESTORING, BackupError

FILE = "database.sqlite3"
BEAT = "SELECT at FROM communications_heartbeat WHERE name = 'pump'"
# A worker that meets the database before it is on hold takes it for what it is: put back.
ELSEWHERE = "UPDATE communications_watermark SET place = 'put back'"
HAS_PLACE = "SELECT 1 FROM pragma_table_info('communications_watermark') WHERE name = 'place'"


def path() -> Path:
    """Return where the database lies."""
    return Path(connection.settings_dict["NAME"])


def name() -> str:
    """Return how an operator calls the database."""
    return f"The database {path()}"


def server() -> str:
    """Return the version of the database."""
    return sqlite3.sqlite_version


def dump(file: Path) -> str:
    """Write the database into a file, as it is at one moment; no other program is needed."""
    with (
        closing(sqlite3.connect(path(), timeout=20)) as read,
        closing(sqlite3.connect(file)) as write,
    ):
        copy_into(write, read, file)
        # All in one file, so that nothing is left beside it.
        write.execute("PRAGMA journal_mode=DELETE")
    sync_folder(file.parent)
    return ""


def copy_into(write: sqlite3.Connection, read: sqlite3.Connection, file: Path) -> None:
    """Copy one database into another.

    Raises:
        OSError: the disk of the copy is full.

    """
    try:
        read.backup(write)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
            raise
        raise OSError(ENOSPC, strerror(ENOSPC), str(file)) from error


def check(file: Path, _client: str) -> None:
    """Look whether a copy can be read.

    Raises:
        BackupError: it cannot.

    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?immutable=1", uri=True)) as read:
            (found,) = read.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        raise BackupError(f"{file} is damaged: {found}.")


@contextmanager
def alone() -> Iterator[None]:
    """Keep other restores out, and refuse while others use the database.

    Raises:
        BackupError: somebody else uses it.

    """
    connection.close()
    with draft().open("ab") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise BackupError(
                "Another restore into this database is running: wait until it has ended."
            ) from None
        try:
            refuse_others()
            yield
        finally:
            draft().unlink()


@contextmanager
def beside() -> Iterator[None]:
    """Keep a backup away from a restore; one that begins later finds the database in use.

    Raises:
        BackupError: a restore is under way.

    """
    if draft().exists():
        with draft().open("rb") as lock:
            try:
                flock(lock, LOCK_SH | LOCK_NB)
            except BlockingIOError:
                raise BackupError(RESTORING) from None
    yield


def refuse_others() -> None:
    """Raise BackupError if the database is in use."""
    with closing(sqlite3.connect(path(), timeout=1)) as own:
        try:
            # Only who is alone may change this, and then the log is part of the file.
            own.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            raise BackupError(f"{in_use()}, and run this again.") from None
        if is_beating(own):
            raise BackupError(f"{in_use()}, wait a minute, and run this again.")


def draft() -> Path:
    """Return where a copy is made ready; who holds it restores."""
    return path().with_name(f"{path().name}.restoring")


def in_use() -> str:
    """Return the beginning of a refusal."""
    return f"{name()} is in use, or was a moment ago: stop beat, worker and web"


def is_beating(own: sqlite3.Connection) -> bool:
    """Tell whether a worker has just written its time; in half a restore it is the backup's."""
    tables = {name for (name,) in own.execute("SELECT name FROM sqlite_master")}
    row = own.execute(BEAT).fetchone() if BEATS in tables and MARK not in tables else None
    if row is None:
        return False
    return datetime.now(UTC) - datetime.fromisoformat(row[0]).replace(tzinfo=UTC) < STILL_RUNNING


def fill(file: Path, last: str) -> None:
    """Put a copy in place of all tables, in one transaction.

    Statements run on a copy of it first. SQLite then writes page over page, and takes back what it
    has written if it is killed.
    """
    connection.close()
    copyfile(file, draft())
    with closing(sqlite3.connect(draft())) as read:
        read.executescript(last)
        if read.execute(HAS_PLACE).fetchone():
            read.execute(ELSEWHERE)
        read.commit()
        with closing(sqlite3.connect(path(), timeout=20)) as write:
            copy_into(write, read, file)
