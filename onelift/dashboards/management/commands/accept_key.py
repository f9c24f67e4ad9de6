"""``manage.py accept_key``: go on with another key, since the former one is lost."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from communications.dispatches.services.link import lost_links
from communications.groups.queries.channel import lost_channels
from programmes.database.clock import database_now
from programmes.queries.key import keys
from programmes.services.key import replace_key
from stakeholders.models import User


class Command(BaseCommand):
    """Says what the lost key takes along, and records the one in use if it is told to."""

    help = "Go on with the SECRET_KEY in use although the one before is lost, and say what breaks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare who answers for it, and that it is meant."""
        parser.add_argument("--by", required=True, metavar="ADDRESS", help="account of who decides")
        parser.add_argument("--yes", action="store_true", help="do it, and do not only say it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what breaks, and go on if that is meant."""
        user = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no account {options['by']}.")
        found, now = keys(), database_now()
        if not found.refusal:
            raise CommandError("The SECRET_KEY in use is not refused: nothing is to be accepted.")
        self.stdout.write("\n".join(losses()))
        if not options["yes"]:
            raise CommandError("Nothing was changed. To go on without the former key, add --yes.")
        replace_key(found, now, user)
        self.stdout.write(f"SECRET_KEY is now {found.own}. Start all processes again.")


def losses() -> list[str]:
    """Return what does not work without the former key, a sentence each."""
    channels = ", ".join(lost_channels()) or "none"
    return [
        "Everybody signs in again.",
        f"Valid links to surveys and events that open nothing: {lost_links(database_now())}.",
        "Links to kits, feeds, opt-outs and new passwords that were made before open nothing.",
        f"Channels whose address and secret must be entered again: {channels}.",
        "Emails sent before that come back are not recognised.",
    ]
