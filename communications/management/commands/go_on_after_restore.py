"""``manage.py go_on_after_restore``: the database that is held has lost nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from communications.mailroom.services.watermark import held
from communications.operation.services.restore import go_on
from programmes.database.clock import database_now
from programmes.services.key import keep_key
from stakeholders.models import User


class Command(BaseCommand):
    """Lets mails leave again from a database that was taken for a copy."""

    help = "Resume sending from a database that lost no data; see hold_after_restore."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare who answers for it."""
        parser.add_argument(
            "--by", required=True, metavar="ADDRESS", help="email address of who decides"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account {options['by']}. Check --by.")
        if held() is None:
            raise CommandError("This database is not on hold: there is nothing to decide.")
        if refusal := keep_key(database_now()):
            raise CommandError(refusal)
        go_on(user, database_now())
        self.stdout.write("Sending resumes within a minute.")
