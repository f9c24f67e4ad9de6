"""``manage.py backup FOLDER``: database, media and what they need, in a folder of their own."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from onelift.backups.checking import whole
from onelift.backups.making import make_backup
from onelift.backups.manifest import Manifest
from onelift.backups.refusal import told


class Command(BaseCommand):
    """Makes a backup, or looks at one."""

    help = "Back up database and media into a new folder, while all goes on. No key is in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the folder, and whether only to look at it."""
        parser.add_argument("folder", type=Path, help="made by this command: one folder a backup")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="make nothing: look whether the backup in the folder is whole",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what there is now."""
        folder, is_done = options["folder"], "Whole" if options["verify"] else "Made"
        with told(folder):
            found = whole(folder) if options["verify"] else make_backup(folder)
        self.stdout.write(f"{is_done}: {found.title}, {folder}: {contents(found)}.")
        self.stdout.write(key_of(found))


def contents(found: Manifest) -> str:
    """Return how much a backup holds."""
    size, media = sum(entry.size for entry in found.files.values()), len(found.media)
    files = "1 media file" if media == 1 else f"{media:,} media files"
    return f"the database and {files}, {size / 1024**2:,.1f} MB"


def key_of(found: Manifest) -> str:
    """Return by which fingerprint the key that it needs is known."""
    if found.keys.current is None:
        return "No key is recorded yet."
    return f"It needs the SECRET_KEY with the fingerprint {found.keys.current}, which is not in it."
