"""``manage.py export_texts FILE``: all texts of programmes, for translators' own tools."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from onelift.exchange.files import WRITERS
from onelift.exchange.taking import LANGUAGES
from onelift.exchange.units import units_of
from programmes.models import Programme


class Command(BaseCommand):
    """Writes one file with a part for each language."""

    help = (
        "Write the texts of all programmes, or of one, beside their English: XLIFF 1.2 or a "
        "workbook. “import_texts” reads the file back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, its format and what goes into it."""
        parser.add_argument("file", type=Path, metavar="FILE", help="where to write")
        parser.add_argument("--format", choices=list(WRITERS), default="xliff")
        parser.add_argument("--programme", metavar="SLUG", help="the address of one programme")
        parser.add_argument("--language", metavar="CODE", choices=sorted(LANGUAGES))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file, and say how much is in it."""
        wanted = [code for code, _name in settings.LANGUAGES if code in LANGUAGES]
        languages = [options["language"]] if options["language"] else wanted
        units = list(units_of(programmes_of(options["programme"]), languages))
        try:
            options["file"].write_bytes(WRITERS[options["format"]](units))
        except OSError as error:
            reason = f"{options['file']} cannot be written: {error.strerror}."
            raise CommandError(reason) from error
        self.stdout.write(f"texts: {len(units)}, languages: {', '.join(languages)}")


def programmes_of(slug: str | None) -> list[Programme]:
    """Return the programme with an address, or all.

    Raises:
        CommandError: no programme has the address.

    """
    found = Programme.objects.order_by("slug")
    if slug is None:
        return list(found)
    chosen = list(found.filter(slug=slug))
    if not chosen:
        known = ", ".join(found.values_list("slug", flat=True))
        raise CommandError(f"There is no programme “{slug}”. Give one of: {known}.")
    return chosen
