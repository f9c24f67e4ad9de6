"""``manage.py backup FOLDER``: database, media and what they need, in a folder of their own."""

from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, transaction

from communications.models import Proof
from communications.operation.services.proof import note_proof
from onelift.backups.checking import whole
from onelift.backups.making import make_backup
from onelift.backups.manifest import Manifest
from onelift.backups.refusal import told


class Command(BaseCommand):
    """Makes a backup, or looks at one."""

    help = "Back up the database and media into a new folder, without stopping OneLift."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the folder, and whether only to look at it."""
        parser.add_argument("folder", type=Path, help="created by this command; one per backup")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="make no backup; check that the one in the folder is intact",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what there is now."""
        folder, is_done = options["folder"], "Intact" if options["verify"] else "Done"
        with told(folder):
            found = whole(folder) if options["verify"] else make_backup(folder, note_backup)
        self.stdout.write(f"{is_done}: {found.title}, {folder}: {contents(found)}.")
        self.stdout.write(key_of(found))


def note_backup(found: Manifest) -> None:
    """Let the page of status say when the last backup was made, and how large it is.

    A database of an older version has no place for it, and an account that only reads none either.
    """
    with suppress(DatabaseError), transaction.atomic():
        note_proof(Proof.Kind.BACKUP, found.made_at, amount=size_of(found))


def size_of(found: Manifest) -> int:
    """Return how many bytes a backup holds."""
    return sum(entry.size for entry in found.files.values())


def contents(found: Manifest) -> str:
    """Return how much a backup holds."""
    size, media = size_of(found), len(found.media)
    files = "1 media file" if media == 1 else f"{media:,} media files"
    return f"the database and {files}, {size / 1024**2:,.1f} MB"


def key_of(found: Manifest) -> str:
    """Return by which fingerprint the key that it needs is known."""
    if found.keys.current is None:
        return "No SECRET_KEY is recorded yet."
    return (
        f"To restore it you need the SECRET_KEY with fingerprint {found.keys.current}, "
        "which is not in the backup."
    )
