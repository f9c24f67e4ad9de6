"""``manage.py restore FOLDER``: a backup in place of what is there, with everything on hold."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from communications.models import Proof
from communications.operation.services.proof import note_proof
from onelift.backups import restoring
from onelift.backups.checking import fitting
from onelift.backups.manifest import Manifest
from onelift.backups.refusal import BackupError, told
from onelift.backups.stores import store
from onelift.backups.target import (
    another_installation,
    key_needed,
    refuse_strangers,
    refuse_to_overwrite,
    target,
)
from programmes.database.clock import database_now
from programmes.queries.key import Keys


class Command(BaseCommand):
    """Puts a backup back, or says why not; killed on its way, it is run again."""

    help = "Restore the database and media from a backup and hold all emails. Stop OneLift first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the folder, what may be overwritten, and what comes before the hold."""
        parser.add_argument("folder", type=Path, help="a backup made by manage.py backup")
        parser.add_argument("--verify", action="store_true", help="only check the backup")
        parser.add_argument("--replace", action="store_true", help="overwrite what is there")
        parser.add_argument(
            "--replace-other",
            default="",
            metavar="FINGERPRINT",
            help="overwrite another installation, identified by its key's fingerprint",
        )
        parser.add_argument(
            "--people",
            type=Path,
            metavar="FILE",
            help="the last personnel file, if one was imported after the backup",
        )
        parser.add_argument("--confirm-leavers", action="store_true", help="as for import_people")
        parser.add_argument("--encoding", default="", help="as for import_people")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what waits for a decision."""
        folder, people = options["folder"], options["people"]
        with told(folder):
            if people and not people.is_file():
                raise BackupError(f"{people} is not a readable file. Check the path.")
            found = fitting(folder)
            if options["verify"]:
                self.say_what_differs(found)
            else:
                self.restore(folder, found, options)

    def say_what_differs(self, found: Manifest) -> None:
        """Compare key and installation with those that are here."""
        now = target()
        refuse_strangers(now)
        self.stdout.write(f"Intact, and can be restored here: {found.title}.")
        self.stdout.write(key_needed(found))
        if other := another_installation(now, found):
            self.stdout.write(other)

    def restore(self, folder: Path, found: Manifest, options: dict[str, Any]) -> None:
        """Do what can be done again, in its order."""
        with store().alone():
            now = target()
            if now.half_of != found.seal:
                refuse_to_overwrite(now, found, options["replace"], options["replace_other"])
            files = restoring.put_media_back(folder, found)
            if not restoring.put_database_back(folder, found, now):
                self.stdout.write("The database is already restored: continuing from there.")
            restoring.bring_up_to_date()
            self.bring_people_in(options)
            keys = restoring.finish_restore(partial(self.hold_mails, found))
        note_restore()
        there = len(found.media) - files
        self.stdout.write(
            f"Restored: {found.title}. Media files restored: {files}, already there: {there}."
        )
        self.stdout.write(state_of_trail(found))
        self.stdout.write(key_to_start_with(found, keys))

    def bring_people_in(self, options: dict[str, Any]) -> None:
        """Import the personnel file: whoever it brings would otherwise be told again."""
        if not options["people"]:
            return
        how = {name: options[name] for name in ("confirm_leavers", "encoding")}
        try:
            call_command("import_people", options["people"], stdout=self.stdout, **how)
        except CommandError as error:
            raise BackupError(
                f"{error} The database is restored, and nothing is sent yet: run this again with "
                "another file, or without --people."
            ) from error

    def hold_mails(self, found: Manifest) -> None:
        """Hold what may have left since the backup, and name it."""
        call_command("hold_after_restore", backup_made=found.made_at, stdout=self.stdout)


def note_restore() -> None:
    """Let the page of status say when a backup was last put back."""
    note_proof(Proof.Kind.RESTORE, database_now())


def state_of_trail(found: Manifest) -> str:
    """Return whether the audit trail is as it was sealed; a broken one is still put back."""
    if not restoring.is_trail_whole(found):
        return "The audit trail in this backup is broken: run manage.py verify_trail to see where."
    head = f", sealed up to {found.trail}" if found.trail else ""
    return f"The audit trail is intact{head}. Heads that were logged later are not in it."


def key_to_start_with(found: Manifest, keys: Keys) -> str:
    """Return which key a start asks for, and whether it is the one of the settings."""
    asked = f"The next start needs the SECRET_KEY with fingerprint {keys.current}"
    if keys.refusal:
        return (
            f"{asked}, but SECRET_KEY is {keys.own}. Nothing is sent: restore that key or add it "
            "to SECRET_KEY_FALLBACKS (if it is lost, run manage.py accept_key), and then run "
            f"manage.py hold_after_restore --backup-made {found.made_at.isoformat()}"
        )
    if found.keys.current not in (None, keys.own):
        return f"{asked}, which is set. The backup's key, {found.keys.current}, is a fallback."
    return f"{asked}, which is set."
