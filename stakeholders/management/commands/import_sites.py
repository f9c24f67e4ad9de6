"""Brings a file of sites in from the command line."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from programmes.reading.refusal import ImportRefusedError
from stakeholders.importing.reading.files import read_bytes
from stakeholders.importing.services.places import import_sites


class Command(BaseCommand):
    """Reads a CSV or XLSX file of sites and writes all of it, or nothing."""

    help = (
        "Import sites: columns site, country, region, time_zone, language, pilot, "
        "and optionally weekend and subdivision."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--encoding", default="", help="encoding of a CSV file, such as cp1250")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring it in and print what it did; a refusal ends with an error."""
        try:
            content = read_bytes(options["file"])
            report = import_sites(content, now=timezone.now(), encoding=options["encoding"])
        except ImportRefusedError as error:
            raise CommandError(str(error)) from error
        for name, value in asdict(report).items():
            self.stdout.write(f"{name}: {value}")
