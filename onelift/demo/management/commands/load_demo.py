"""Loads the demonstration, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from onelift.dashboards.checkup.queries.finding import Level
from onelift.dashboards.checkup.queries.languages import check_catalogues
from onelift.demo import accounts, story
from programmes.database.clock import database_now
from programmes.models import Programme


class Command(BaseCommand):
    """Makes programme OneLift with its past and present, or keeps what is there."""

    help = "Load the OneLift demonstration, or keep the one that is there."
    percent = 0

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load, and say where to go and who may sign in."""
        if Programme.objects.filter(slug="onelift").exists():
            self.tell(accounts.read_accounts())
        else:
            self.load()

    def load(self) -> None:
        """Load, unless the mails that it writes down would be in English for everybody."""
        catalogues = check_catalogues()
        if catalogues.level == Level.TROUBLE:
            raise CommandError(catalogues.sentence)
        self.stdout.write("Loading seven thousand people and twenty weeks of history …")
        story.load(database_now(), self.tell_share)
        self.tell(accounts.set_passwords())

    def tell_share(self, share: float) -> None:
        """Print each tenth of the way, once; at a terminal on one line."""
        percent = int(share * 10) * 10
        if percent > self.percent:
            self.percent = percent
            self.stdout.write(f"  {percent} %", ending="\r" if self.stdout.isatty() else "\n")

    def tell(self, found: list[dict[str, str]]) -> None:
        """Print the address and one account a line."""
        self.stdout.write(f"\nOneLift runs at {settings.PUBLIC_URL}/ Sign in as:")
        for account in found:
            self.stdout.write("  {role:<22} {email:<36} {password}".format(**account))
        self.stdout.write(f"Also in {accounts.FILE}; emails are in {settings.VAR_DIR}/mail")
        self.stdout.write("Ctrl-C stops everything.\n")
