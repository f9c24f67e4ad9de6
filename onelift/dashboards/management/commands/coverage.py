"""``manage.py coverage``: who goes live soon, feels a high impact, and is not informed."""

import csv
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.services.informed import refresh_informed
from onelift.dashboards.coverage.queries.coverage import DAYS, Asked
from onelift.dashboards.coverage.queries.lacking import COLUMNS, lacking_rows
from programmes.database.clock import database_now
from programmes.design.cells import defused
from programmes.management.choice import programme_meant
from programmes.models import Programme, Wave
from programmes.scope import EVERYTHING

MOST_DAYS = 3660


class Command(BaseCommand):
    """Writes a row for each person to standard output."""

    help = (
        "Write to standard output each person of a wave who goes live soon, is affected by a high "
        "impact and is not informed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the wave, the days and the format."""
        parser.add_argument("--wave", required=True, metavar="NAME", help="the name of the wave")
        parser.add_argument("--days", type=int, default=DAYS, help=f"days ahead (default: {DAYS})")
        parser.add_argument("--format", choices=["csv"], default="csv")
        parser.add_argument(
            "--programme", default="", metavar="SLUG", help="the name in its address"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Count who is informed as of now, and write the header and the rows."""
        if not 0 <= options["days"] <= MOST_DAYS:
            raise CommandError(f"Enter 0 to {MOST_DAYS} days.")
        name, now = options["wave"], database_now()
        programme = programme_meant(
            options["programme"],
            Programme.objects.filter(waves__name=name),
            f"There is no wave “{name}”. Check its name, and the programme if you gave one.",
        )
        wave = Wave.objects.get(programme=programme, name=name)
        refresh_informed(programme, now)
        asked = Asked(programme, EVERYTHING, now.date(), options["days"], wave.pk)
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(defused, row) for row in lacking_rows(asked))
