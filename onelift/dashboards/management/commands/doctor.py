"""``manage.py doctor``: check an installation, and say what to fix."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from onelift.dashboards.checkup.queries import Finding, Level, check_up, send_test_mails
from onelift.version import VERSION


class Command(BaseCommand):
    """Prints a line per part; the exit code is 1 if something is in trouble."""

    help = "Check the database, broker, mail server, storage, clock, languages and settings."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the form of the report, and whether to send a mail."""
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--mail-to", metavar="ADDRESS", help="send a test email there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at everything and report."""
        is_text = options["format"] == "text"
        found = []
        for finding in self.findings(options["mail_to"]):
            found.append(finding)
            if is_text:
                self.stdout.write(f"{finding.level:<8} {finding.part:<15} {finding.sentence}")
        if is_text:
            self.stdout.write(summary(found))
        else:
            self.stdout.write(json.dumps(report(found)))
        if worst(found) is Level.TROUBLE:
            sys.exit(1)

    def findings(self, address: str | None) -> Any:
        """Yield what is found, the test mails last."""
        yield from check_up()
        if address:
            yield from send_test_mails(address)


def worst(found: list[Finding]) -> Level:
    return max((finding.level for finding in found), key=list(Level).index)


def summary(found: list[Finding]) -> str:
    """Return the last line."""
    levels = [finding.level for finding in found]
    fix, look = levels.count(Level.TROUBLE), levels.count(Level.WARNING)
    return f"{fix} to fix, {look} to look at, {levels.count(Level.OK)} OK."


def report(found: list[Finding]) -> dict[str, Any]:
    """Return all as JSON types."""
    return {
        "status": worst(found),
        "version": VERSION,
        "checks": [finding.as_dict() for finding in found],
    }
