"""``manage.py bench_dispatch``: a dispatch of any size to people who do not exist."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from onelift.rehearsal.dispatch import LANGUAGES, rehearse
from programmes.database.clock import database_now


class Command(BaseCommand):
    """Makes people and a message approved an hour ago; the workers that run send it."""

    help = (
        "Create people and an approved, urgent message of about 20 KB that is due now, and print "
        "the number of its dispatch as the last word. The running workers send it as they send "
        "everything else: to the mail server in their own EMAIL_URL, which this command cannot "
        "change. Do not run it where that server reaches real people."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare how many, in how many languages, and where the mails are expected."""
        parser.add_argument("--people", type=int, required=True)
        parser.add_argument("--languages", type=int, default=10, help=f"1 to {len(LANGUAGES)}")
        where = (
            "the mail server that you expect; nothing is created if this process has another in "
            "its settings. Workers use their own EMAIL_URL: start them with smtp://HOST:PORT"
        )
        parser.add_argument("--host", help=where)
        parser.add_argument("--port", type=int, help="its port")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the dispatch and print its number."""
        people, languages = options["people"], options["languages"]
        if people < 1 or not 1 <= languages <= len(LANGUAGES):
            raise CommandError(f"Enter 1 person or more, and 1 to {len(LANGUAGES)} languages.")
        check_relay(options["host"], options["port"])
        dispatch = rehearse(people, languages, database_now())
        self.stdout.write(
            f"{people} emails wait for the workers, to be sent to "
            f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}. Dispatch {dispatch.pk}"
        )


def check_relay(host: str | None, port: int | None) -> None:
    """Raise CommandError if mails would go elsewhere than expected."""
    wanted = (host or settings.EMAIL_HOST, port or settings.EMAIL_PORT)
    if wanted != (settings.EMAIL_HOST, settings.EMAIL_PORT):
        raise CommandError(
            f"EMAIL_URL sends emails to {settings.EMAIL_HOST}:{settings.EMAIL_PORT}. Start "
            "the workers and this command with "
            f"EMAIL_URL=smtp://{wanted[0]}:{wanted[1]} instead."
        )
