"""Whether a backup is whole, and can be put back here. Nothing is changed."""

from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.version import get_version_tuple

from onelift.backups import manifest as manifests
from onelift.backups.files import entry_of
from onelift.backups.manifest import Manifest
from onelift.backups.refusal import BackupError
from onelift.backups.stores import NAMES, store, store_of
from onelift.version import VERSION


def whole(folder: Path) -> Manifest:
    """Look at each file of a backup; return what the backup says of itself.

    Raises:
        BackupError: it is no backup, or broken.

    """
    found = manifests.read(folder)
    for name, entry in found.files.items():
        path = folder / name
        if not path.is_file():
            raise BackupError(f"{folder} is damaged: {name} is missing. Use another backup.")
        if entry_of(path) != entry:
            raise BackupError(
                f"{folder} is damaged: {name} was changed or is incomplete. Use another backup."
            )
    kind = store_of(found.vendor)
    kind.check(folder / kind.FILE, found.client)
    return found


def fitting(folder: Path) -> Manifest:
    """Look whether a backup can be put back into the database of the settings.

    Raises:
        BackupError: it cannot, or is no whole backup.

    """
    found = manifests.read(folder)
    refuse_vendor(found)
    refuse_newer(found)
    return whole(folder)


def refuse_vendor(found: Manifest) -> None:
    """Raise BackupError if the backup is of another kind of database."""
    store()
    if found.vendor != connection.vendor:
        theirs, ours = (NAMES.get(each, each) for each in (found.vendor, connection.vendor))
        raise BackupError(
            f"This is a backup of {theirs}, but DATABASE_URL names {ours}: restore it into the "
            "same kind of database."
        )


def refuse_newer(found: Manifest) -> None:
    """Raise BackupError if a newer version made the backup."""
    if get_version_tuple(found.version) > get_version_tuple(VERSION):
        raise BackupError(
            f"This backup was made by OneLift {found.version}, but this is OneLift {VERSION}: "
            "restore it with that version or a newer one."
        )
    known = MigrationLoader(None).disk_migrations
    unknown = [
        f"{app}.{name}" for app, name in found.migrations.items() if (app, name) not in known
    ]
    if unknown:
        raise BackupError(
            f"This backup was made by another version ({unknown[0]} is not known here): restore "
            "it with the version that made it or a newer one."
        )
