"""``manage.py deliveries``: who got what, for a program to check."""

import csv
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from communications.dispatches.models import Dispatch
from communications.dispatches.queries.export import COLUMNS, delivery_rows
from programmes.design.cells import defused


class Command(BaseCommand):
    """Writes the ledger of one dispatch to standard output."""

    help = "Write the deliveries of a dispatch to standard output, one per line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the dispatch and the format."""
        parser.add_argument("dispatch", type=int, help="the number in its page's address")
        parser.add_argument("--format", choices=["csv"], default="csv")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the header and the rows."""
        dispatch = Dispatch.objects.filter(pk=options["dispatch"]).first()
        if dispatch is None:
            raise CommandError(
                f"There is no dispatch {options['dispatch']}. Check the number in its address."
            )
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(defused, row) for row in delivery_rows(dispatch))
