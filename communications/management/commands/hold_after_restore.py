"""``manage.py hold_after_restore``: to be run on a restored database before anything else."""

from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from communications.dispatches.models import Dispatch
from communications.mailroom.models import State
from communications.mailroom.services import watermark
from communications.operation.services.restore import Held, copy_made_at, hold_after_restore
from programmes.database.clock import database_now
from programmes.services.key import keep_key

# The pump of a running worker writes its time every 20 seconds.
STILL_RUNNING = timedelta(seconds=45)


class Command(BaseCommand):
    """Pauses all dispatches, and puts in doubt what may have left since the copy was made."""

    help = "After a restore, hold all emails that may have been sent since the backup was made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the time of the backup, where the database's own idea of it is wrong."""
        parser.add_argument(
            "--backup-made",
            type=instant,
            metavar="TIME",
            help="such as 2026-11-25T03:00Z; the default is the latest time in the database",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Hold, and say what waits for a decision."""
        now, since = database_now(), options["backup_made"]
        # It stores links, which would open nothing if they were made with another key.
        if refusal := keep_key(now):
            raise CommandError(refusal)
        if since is None:
            is_known = not watermark.may_send(now)
            since = copy_made_at()
            if not is_known:
                refuse_while_running(since, now)
        self.stdout.write(f"On hold: everything that may have been sent {from_when(since)}.")
        self.tell(hold_after_restore(since, now))

    def tell(self, held: Held) -> None:
        """Print each dispatch that waits, with its page."""
        self.stdout.write(f"In doubt: {held.deliveries} emails and {held.notices} notices.")
        self.stdout.write(f"In doubt: {held.posts} posts to groups.")
        for dispatch in held.unfinished:
            in_doubt = dispatch.deliveries.filter(state=State.IN_DOUBT).count()
            self.stdout.write(
                f"Paused: dispatch {dispatch.pk}, {in_doubt} in doubt, {page_of(dispatch)}"
            )
        if finished := len(held.paused) - len(held.unfinished):
            dispatches = "dispatch" if finished == 1 else "dispatches"
            self.stdout.write(
                f"Paused as well: {finished} finished {dispatches}. Resume one only if people who "
                "join later are to get its email."
            )


def from_when(since: datetime | None) -> str:
    return f"since {since}" if since else "so far"


def instant(text: str) -> datetime:
    """Return an instant; without a zone it is UTC.

    Raises:
        ValueError: it is not in ISO format.
    """
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def refuse_while_running(last: datetime | None, now: datetime) -> None:
    """Raise CommandError if a worker has just used this database."""
    if last is not None and now - last < STILL_RUNNING:
        raise CommandError(
            "A worker is using this database, or was a moment ago. Stop beat and all workers, wait "
            "a minute, and run this again with --backup-made and the time of the backup."
        )


def page_of(dispatch: Dispatch) -> str:
    """Return the address of the page where its mails are settled."""
    slug = dispatch.message.programme.slug
    return f"{settings.PUBLIC_URL}/p/{slug}/dispatches/{dispatch.pk}/"
