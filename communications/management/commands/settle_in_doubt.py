"""``manage.py settle_in_doubt``: what the pages do for one mail, for thousands."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from communications.dispatches.models import Dispatch
from communications.dispatches.services.settling import addresses_in, settle_by_log
from programmes.database.clock import database_now
from stakeholders.models import User


class Command(BaseCommand):
    """Reads which mails the mail server took, and settles the mails in doubt."""

    help = "Settle a dispatch's emails in doubt by the mail server's log on standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the dispatch, who answers for it, and what becomes of the others."""
        parser.add_argument("dispatch", type=int, help="the number in its page's address")
        parser.add_argument(
            "--by", required=True, metavar="ADDRESS", help="email address of who decides"
        )
        parser.add_argument("--send-others", action="store_true", help="send again to all others")

    def handle(self, *args: Any, **options: Any) -> None:
        """Settle and say how many."""
        done = settle_by_log(
            existing(Dispatch, pk=options["dispatch"]),
            log_given(),
            existing(User, email__iexact=options["by"], is_active=True),
            database_now(),
            sends_others=options["send_others"],
        )
        self.stdout.write(
            f"{done.delivered} marked as delivered, {done.again} to be sent again, "
            f"{done.in_doubt} still in doubt."
        )


def log_given() -> str:
    """Return what stands on the standard input.

    Raises:
        CommandError: it names nobody, as when the file was forgotten.
    """
    text = sys.stdin.buffer.read().decode(errors="replace")
    if not addresses_in(text):
        raise CommandError(
            "The log on standard input contains no email and no address. If nothing was "
            "delivered at all, pass a log that contains nobody@invalid."
        )
    return text


def existing(model: Any, **which: Any) -> Any:
    """Return the one that is meant.

    Raises:
        CommandError: there is none.
    """
    one = model.objects.filter(**which).first()
    if one is None:
        value = next(iter(which.values()))
        raise CommandError(f"There is no {model._meta.verbose_name} {value}. Check what you typed.")
    return one
