"""Why a backup is not made, or not put back, in one sentence."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.db import DatabaseError

RESTORING = "A restore into this database is running: wait until it has ended."


class BackupError(Exception):
    """Says in a sentence what is wrong, and what to do."""


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Tell whoever runs a command on a folder what went wrong, without a traceback.

    Raises:
        CommandError: with a sentence.

    """
    try:
        yield
    except BackupError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.filename or folder}: {error.strerror}.") from error
    except (DatabaseError, sqlite3.Error) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise CommandError(f"Database error: {reason}.") from error
