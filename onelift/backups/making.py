"""Making a backup: a folder that gets its name once all of it is there and on the disk."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from onelift.backups import manifest as manifests
from onelift.backups.files import Entry, copy, entry_of, files_below, sync_folder
from onelift.backups.manifest import MEDIA, Manifest
from onelift.backups.refusal import BackupError
from onelift.backups.stores import store
from onelift.backups.target import target
from onelift.version import VERSION
from programmes.database.clock import database_now
from programmes.models.seal import Chain
from programmes.queries.key import keys
from programmes.queries.seals import head

# How the files of a backup begin, also while they are written.
BEGINNINGS = ("database.", "media", "manifest", ".manifest")


def make_backup(folder: Path, note: Callable[[Manifest], object]) -> Manifest:
    """Back up database and media into a folder that is not there yet, or is empty.

    Until all is there the folder has another name. What a backup that was killed left under that
    name is replaced. ``note`` is told of a backup that is whole, before it gets its name: whoever
    is killed in between makes it again by the same command, and notes it again.

    Raises:
        BackupError: why there is no backup.
        OSError: the folder cannot be written.

    """
    folder = folder.absolute()
    refuse_place(folder)
    part = folder.with_name(f"{folder.name}.part")
    with emptied(part):
        made = fill(part)
        note(made)
        part.replace(folder)
    sync_folder(folder.parent)
    return made


def refuse_place(folder: Path) -> None:
    """Raise BackupError if no backup can be made there."""
    if folder.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        raise BackupError(f"{folder} is inside the media folder: choose another place.")
    if folder.is_mount():
        raise BackupError(f"{folder} is a mount point: choose a folder inside it.")
    if (folder / manifests.NAME).exists():
        raise BackupError(f"{folder} already holds a backup: choose another folder.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(f"{folder} is not an empty folder: choose another one.")


def refuse_database() -> None:
    """Raise BackupError if there is nothing that could be put back and run."""
    found = target()
    if found.half_of:
        raise BackupError("A restore of this database did not finish: run it again first.")
    if found.is_strange or not found.tables:
        raise BackupError("The database has no OneLift tables yet: run manage.py migrate.")


@contextmanager
def emptied(part: Path) -> Iterator[None]:
    """Make an empty folder and keep others out of it; take it away if something goes wrong.

    Raises:
        BackupError: another backup is under way there, or it holds something else.

    """
    part.mkdir(parents=True, exist_ok=True)
    part.chmod(0o700)
    handle = os.open(part, os.O_RDONLY | os.O_DIRECTORY)
    try:
        lock_folder(handle, part)
        empty(part)
        yield
    finally:
        os.close(handle)


def lock_folder(handle: int, part: Path) -> None:
    """Take a folder for this process; it is free again once the process ends, however it does."""
    try:
        flock(handle, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        raise BackupError(
            f"Another backup is being written to {part}: wait until it has ended."
        ) from None


def empty(part: Path) -> None:
    """Delete what a killed backup has left, and nothing else."""
    found = sorted(part.iterdir())
    strange = [path for path in found if not path.name.startswith(BEGINNINGS)]
    if strange:
        raise BackupError(
            f"{strange[0]} is not part of a backup: remove it, or choose another folder."
        )
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def fill(part: Path) -> Manifest:
    """Write everything into a folder, the manifest last; take away what was not finished.

    Restores are let in again before the folder gets its name: that is the last thing to be done.
    """
    try:
        with store().beside():
            refuse_database()
            made = written(part)
        manifests.write(made, part)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return made


def written(part: Path) -> Manifest:
    """Write database and media; return what they are.

    The media last: a file that the database names is never taken away, so all of them are there.
    """
    kind, then, made_at, trail = store(), keys(), database_now(), head_of_trail()
    client = kind.dump(part / kind.FILE)
    return Manifest(
        version=VERSION,
        made_at=made_at,
        vendor=connection.vendor,
        server=kind.server(),
        client=client,
        migrations=last_migrations(),
        keys=then,
        files={kind.FILE: entry_of(part / kind.FILE), **copied_media(part)},
        trail=trail,
    )


def head_of_trail() -> str:
    """Return where the seals of the audit trail end; a version before them is backed up too."""
    return head() if Chain._meta.db_table in target().tables else ""


def last_migrations() -> dict[str, str]:
    rows = MigrationRecorder(connection).migration_qs.order_by("pk").values_list("app", "name")
    return dict(rows)


def copied_media(part: Path) -> dict[str, Entry]:
    """Copy all media; return what they are, by their paths in the backup."""
    root = Path(settings.MEDIA_ROOT)
    found = {
        MEDIA + name: copy(root / name, part / MEDIA / name)
        for name in (files_below(root) if root.is_dir() else ())
    }
    for folder in (part, *(path for path in part.rglob("*") if path.is_dir())):
        sync_folder(folder)
    return found
