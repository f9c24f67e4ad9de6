"""One line of an import as it stands in its file, with what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from programmes.reading.cells import Cell, kept
from programmes.reading.refusal import ImportRefusedError
from stakeholders.importing.models import ImportEntry, ImportRun
from stakeholders.importing.models.reason import field_word
from stakeholders.importing.queries.importrun import content_of
from stakeholders.importing.reading.files import read_table
from stakeholders.importing.reading.headings import PEOPLE
from stakeholders.importing.reading.manner import Manner


@dataclass(frozen=True)
class FoundLine:
    """A line of a file.

    Attributes:
        number: where it begins.
        cells: heading, what the column becomes in words (empty if left out), what the cell holds.
        entries: what comes of it.

    """

    number: int
    cells: list[tuple[str, str, str]]
    entries: list[ImportEntry]


def line_of(run: ImportRun, number: int) -> FoundLine | None:
    """Return a line from what is kept of it, else from the file; None if neither has it."""
    entries = list(run.entries.filter(line=number).select_related("site").order_by("pk"))
    cells = next((entry.cells for entry in entries if entry.cells), None)
    if cells is None:
        cells = _read(run, number)
    if cells is None and not entries:
        return None
    return FoundLine(number, _named(run, cells or []), entries)


def _read(run: ImportRun, number: int) -> list[str] | None:
    manner = replace(Manner.of(run.manner), columns=None)
    try:
        table = read_table(content_of(run), PEOPLE, (), manner)
        found = (cells for line, cells in table.rows if line == number)
        return [kept(cell) for cell in next(found, [])] or None
    except ImportRefusedError:
        return None


def _named(run: ImportRun, cells: Sequence[Cell]) -> list[tuple[str, str, str]]:
    becomes = Manner.of(run.manner).columns or ()
    named = []
    for at, cell in enumerate(cells):
        heading = run.headings[at] if at < len(run.headings) else ""
        name = becomes[at] if at < len(becomes) else ""
        numbered = _("Column %(number)d") % {"number": at + 1}
        named.append((heading or numbered, field_word(name) if name else "", kept(cell)))
    return named
