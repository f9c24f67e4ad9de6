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

    help = "Accept the current SECRET_KEY if the previous one is lost, and list what breaks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare who answers for it, and that it is meant."""
        parser.add_argument(
            "--by", required=True, metavar="ADDRESS", help="email address of who decides"
        )
        parser.add_argument(
            "--yes", action="store_true", help="accept the key instead of only listing what breaks"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what breaks, and go on if that is meant."""
        user = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account {options['by']}. Check --by.")
        found, now = keys(), database_now()
        if not found.refusal:
            raise CommandError("The current SECRET_KEY is not refused: there is nothing to accept.")
        self.stdout.write("\n".join(losses()))
        if not options["yes"]:
            raise CommandError("Nothing was changed. To go on without the previous key, add --yes.")
        replace_key(found, now, user)
        self.stdout.write(f"SECRET_KEY is now {found.own}. Restart all processes.")


def losses() -> list[str]:
    """Return what does not work without the former key, a sentence each."""
    channels = ", ".join(lost_channels()) or "none"
    return [
        "Everyone must sign in again.",
        f"Valid links to surveys and events that stop working: {lost_links(database_now())}.",
        "Existing links to kits, feeds, opt-outs and new passwords stop working.",
        f"Channels whose address and secret must be entered again: {channels}.",
        "Emails that were already sent are not recognised if they come back.",
    ]
