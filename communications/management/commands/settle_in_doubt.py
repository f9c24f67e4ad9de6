"""``manage.py settle_in_doubt``: what the pages do for one mail, for thousands."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from communications.models import Dispatch
from communications.services.settling import settle_by_log
from programmes.queries.clock import database_now
from stakeholders.models import User


class Command(BaseCommand):
    """Reads which addresses the mail server delivered to, and settles the mails in doubt."""

    help = "Settle the mails in doubt of one dispatch by an extract of the mail server's log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the dispatch, the log, who answers for it, and what becomes of the others."""
        parser.add_argument("dispatch", type=int, help="the number in the address of its page")
        parser.add_argument("log", type=Path, help="a text that names each address delivered to")
        parser.add_argument("--by", required=True, metavar="ADDRESS", help="account of who decides")
        parser.add_argument(
            "--send-others", action="store_true", help="send to all whom the log does not name"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Settle and say how many."""
        done = settle_by_log(
            found(Dispatch, pk=options["dispatch"]),
            options["log"].read_text(errors="replace"),
            found(User, email__iexact=options["by"], is_active=True),
            database_now(),
            sends_others=options["send_others"],
        )
        self.stdout.write(
            f"{done.delivered} called delivered, {done.again} are sent again, "
            f"{done.in_doubt} stay in doubt."
        )


def found(model: Any, **which: Any) -> Any:
    """Return the one that is meant.

    Raises:
        CommandError: there is none.
    """
    one = model.objects.filter(**which).first()
    if one is None:
        raise CommandError(f"There is no {model._meta.verbose_name} {next(iter(which.values()))}.")
    return one
