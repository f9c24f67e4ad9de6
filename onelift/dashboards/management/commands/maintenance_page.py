"""``manage.py maintenance_page``: the page that a proxy shows while no web process answers."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.template.loader import render_to_string


class Command(BaseCommand):
    """Prints one file in all languages, since a proxy cannot choose one; asks no database."""

    help = "Print the page that the proxy shows while the portal restarts, as one HTML file."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        languages = [code for code, _name in settings.LANGUAGES]
        self.stdout.write(render_to_string("maintenance.html", {"languages": languages}))
