"""``manage.py update_catalogues``: bring the catalogues in line with code and templates."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from onelift import catalogue


class Command(BaseCommand):
    """Adds what is new, takes out what is unused, and says what each language lacks."""

    help = "Update the catalogues in locale/ from the texts in code and templates."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the languages, and whether only to print."""
        parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="such as pt-br")
        parser.add_argument(
            "--missing",
            action="store_true",
            help="print the texts that lack a translation, as a catalogue; change no file",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the languages, by default all."""
        for language in options["languages"] or catalogue.languages():
            if options["missing"]:
                self.stdout.write(catalogue.as_file(catalogue.missing(language)).decode())
            else:
                self.stdout.write(f"{language}: {catalogue.write(language)} missing")
