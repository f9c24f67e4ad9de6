"""``manage.py import_texts FILE``: translations from a file that ``export_texts`` wrote."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from onelift.exchange.files import units_in
from onelift.exchange.refusal import FileRefusedError
from onelift.exchange.taking import Bringing, take
from programmes.database.clock import database_now
from programmes.models import Programme


class Command(BaseCommand):
    """Saves what is right, and names each text that is not."""

    help = (
        "Read translations from XLIFF 1.2 or a workbook. A text whose English has changed, or "
        "that lost a placeholder, link or number, is refused and named; the others are saved as "
        "drafts, or ready for review where the file calls them finished. Ends with 1 if a text "
        "was refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("file", type=Path, metavar="FILE", help="the translated file")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read the file, and say what became of it."""
        try:
            units = list(units_in(options["file"].read_bytes()))
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except FileRefusedError as refused:
            raise CommandError(str(refused)) from refused
        report = take(units, Bringing(list(Programme.objects.all())), database_now())
        for unit, reason in report.refused:
            self.stderr.write(f"{unit.id} ({unit.language}): {reason}")
        counts = f"saved: {report.saved}, unchanged: {report.unchanged}"
        self.stdout.write(f"{counts}, refused: {len(report.refused)}")
        if report.refused:
            sys.exit(1)
