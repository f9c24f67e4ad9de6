"""``manage.py verify_trail``: whether the audit trail is as it was sealed."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programmes.queries.seals import HEAD, heads_in
from programmes.services.verifying import Report, verify

LATE = (
    "waiting for more than an hour: {n}. Start the workers. If they were running, seals were "
    "deleted or entries were inserted: compare with a head recorded elsewhere."
)


class Command(BaseCommand):
    """Compares each entry with its seal, and says what was changed, lost or erased."""

    help = (
        "Check that the audit trail is intact. The exit code is 0 if it is, 1 if it is broken. "
        "Heads recorded elsewhere show whether its end was cut off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what is known from elsewhere."""
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="NUMBER:HASH",
            help="an end of the chain, from the log or a backup; can be given several times",
        )
        parser.add_argument(
            "--heads",
            action="append",
            type=Path,
            default=[],
            metavar="FILE",
            help="a log, or the manifest.json of a backup: all heads in it are used",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, and say what was found."""
        report = verify(heads_of(options["head"], options["heads"]))
        for line in lines_of(report):
            self.stdout.write(line)
        if report.broken:
            self.stderr.write(f"The audit trail is broken. Faults: {report.broken}.")
            sys.exit(1)
        self.stdout.write("The audit trail is intact.")


def heads_of(typed: list[str], files: list[Path]) -> dict[int, str]:
    """Return the heads that were given.

    Raises:
        CommandError: one is none, or a file cannot be read or holds none.

    """
    found: dict[int, str] = {}
    for head in typed:
        if not HEAD.fullmatch(head):
            raise CommandError(f"{head} is not a head. Enter one as number:hash, from the log.")
        found |= heads_in(head)
    for file in files:
        found |= heads_of_file(file)
    return found


def heads_of_file(file: Path) -> dict[int, str]:
    """Return the heads that stand in a file, read line by line."""
    found: dict[int, str] = {}
    try:
        with file.open(errors="replace") as lines:
            for line in lines:
                found |= heads_in(line)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    if not found:
        raise CommandError(f"{file} contains no head. Choose a log or a manifest.json.")
    return found


def lines_of(report: Report) -> list[str]:
    """Return the report as lines."""
    said = [*report.faults]
    if report.broken > len(report.faults):
        said.append(f"and {report.broken - len(report.faults)} more")
    said += [f"sealed: {report.sealed}", f"erased: {report.erased}", f"waiting: {report.waiting}"]
    if report.late:
        said.append(LATE.format(n=report.late))
    return [*said, f"head: {report.head}"] if report.head else said
