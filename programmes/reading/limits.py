"""How much of a file is read, and what is said of one that has more."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from programmes.design.formats import number
from programmes.reading.cells import Cell, text_of
from programmes.reading.refusal import ImportRefusedError

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Most:
    """How much of a file is read; what has more is refused.

    Attributes:
        file_bytes: of the file.
        unpacked_bytes: of a workbook once it is unpacked.
        rows: below the headings, blank ones too.
        columns: with something in them.

    """

    file_bytes: int
    unpacked_bytes: int
    rows: int
    columns: int


# Regions, sites and the like in the admin: all of it is compared, shown and written while somebody
# waits for the page.
REFERENCE_FILE = Most(MEGABYTE, 10 * MEGABYTE, rows=5_000, columns=50)
# On which line a row begins, and its cells.
Line = tuple[int, list[Cell]]


def too_large(most: Most) -> str:
    """Return what is said of a file that is too large."""
    return _("The file is larger than %(limit)s MB. Check that it is the right file.") % {
        "limit": most.file_bytes // MEGABYTE
    }


def filled(lines: Iterator[Line], most: Most) -> Iterator[Line]:
    """Yield the rows that are not blank.

    Raises:
        ImportRefusedError: at the first row too many, or with too many columns.

    """
    for count, line in enumerate(lines):
        if count >= most.rows:
            text = _("The file has more than %(limit)s rows. Split it into several files.")
            raise ImportRefusedError(text % {"limit": number(most.rows)})
        if any(map(text_of, line[1][most.columns :])):
            text = _("Row %(row)s has more than %(limit)s columns. Remove those not needed.")
            raise ImportRefusedError(text % {"row": line[0], "limit": number(most.columns)})
        if any(map(text_of, line[1])):
            yield line
