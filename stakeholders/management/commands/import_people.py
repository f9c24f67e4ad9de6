"""Brings a personnel file in from the command line."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from programmes.reading.refusal import ImportRefusedError
from stakeholders.importing.reading.files import read_bytes
from stakeholders.importing.reading.report import Report
from stakeholders.importing.services.personnel import import_people, plan_people, refusal_of


class Command(BaseCommand):
    """Reads a CSV or XLSX file and writes all of it, or nothing."""

    help = "Import a personnel file (CSV or XLSX, French or English headings), all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and how to take it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="write nothing; show the effect")
        parser.add_argument(
            "--confirm-leavers",
            action="store_true",
            help="import the file even if more than 10 %% of the known people are missing",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--encoding", default="", help="encoding of a CSV file, such as cp1250")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring it in and print the report; a refusal ends with an error."""
        try:
            report = self.effect(options) if options["dry_run"] else self.imported(options)
        except ImportRefusedError as error:
            if options["format"] == "json":
                self.stdout.write(json.dumps({"refused": str(error)}))
            raise CommandError(str(error)) from error
        self.tell(report, options["format"])

    def imported(self, options: dict[str, Any]) -> Report:
        """Write the file."""
        return import_people(
            read_bytes(options["file"]),
            options["file"].name,
            now=timezone.now(),
            confirm_leavers=options["confirm_leavers"],
            encoding=options["encoding"],
        )

    def effect(self, options: dict[str, Any]) -> Report:
        """Return what the file would do, refused where it would be."""
        plan = plan_people(read_bytes(options["file"]), encoding=options["encoding"])
        if plan.needs_confirmation and not options["confirm_leavers"]:
            raise ImportRefusedError(refusal_of(plan))
        return plan.report

    def tell(self, report: Report, form: str) -> None:
        """Print the report; as JSON it is the last line."""
        if form == "json":
            self.stdout.write(json.dumps(report.as_dict()))
            return
        for remark in report.rejected_rows:
            self.stdout.write(
                f"row {remark.line}: {remark.reason} {remark.personnel_number} {remark.value}"
            )
        for name, value in report.as_dict().items():
            if not isinstance(value, list):
                self.stdout.write(f"{name}: {value}")
