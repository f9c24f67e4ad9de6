"""A folder into which a mail server puts what comes back: a maildir, or one file per mail.

A mail that was read moves to ``done/`` or ``failed/`` below, in one step. Names are the server's.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from communications.mailroom.channels.bounce import READ_BYTES

DONE, FAILED = "done", "failed"


def waiting_in(folder: Path, limit: int) -> list[Path]:
    """Return the first mails that wait, by name.

    Raises:
        OSError: the folder cannot be read.
    """
    places = [folder / name for name in ("new", "cur") if (folder / name).is_dir()]
    found = [path for place in places for path in _files_in(place)]
    found += [path for path in _files_in(folder) if path.suffix == ".eml"]
    return sorted(found)[:limit]


def _files_in(folder: Path) -> Iterator[Path]:
    """Yield plain files; a server writes under names that begin with a dot, or elsewhere."""
    with os.scandir(folder) as entries:
        yield from (
            folder / entry.name
            for entry in entries
            if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)
        )


def beginning_of(path: Path) -> bytes:
    """Return as much of a mail as is read.

    Raises:
        OSError: it cannot be read, or has gone.
    """
    with path.open("rb") as file:
        return file.read(READ_BYTES)


def put_away(path: Path, folder: Path, name: str) -> None:
    """Move a mail below the folder, to ``done`` or ``failed``.

    Raises:
        OSError: it cannot be moved, or has gone.
    """
    place = folder / name
    place.mkdir(exist_ok=True)
    path.replace(place / path.name)
