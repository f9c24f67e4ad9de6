"""From a file to a table with known columns: CSV and XLSX, told apart by what is in them."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from stakeholders.importing.cells import Cell, text_of
from stakeholders.importing.encodings import decoded
from stakeholders.importing.headings import Headings, columns_of
from stakeholders.importing.refusal import ImportRefusedError
from stakeholders.importing.workbook import Sheet, sheets_of

MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_ROWS = 250_000
# A title or a note may stand above the headings.
_ROWS_ABOVE = 10
_DELIMITERS = ";,\t|"
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

Line = tuple[int, list[Cell]]


@dataclass(frozen=True)
class Table:
    """What a file holds below its headings.

    Attributes:
        kind: ``csv`` or ``xlsx``.
        encoding: of a CSV file, such as ``utf-8-sig``; else empty.
        delimiter: of a CSV file; else empty.
        headings: as they stand in the file.
        columns: position of each known column.
        rows: (line, cells) of each row that is not blank. The line is the one on which the row
            begins in a text file, or the number of the row in a sheet.

    """

    kind: str
    encoding: str
    delimiter: str
    headings: list[str]
    columns: dict[str, int]
    rows: list[Line]

    def values(self, cells: list[Cell]) -> dict[str, Cell]:
        """Return the cells of the known columns by name; what a short row lacks is None."""
        width = len(cells)
        return {n: cells[at] if at < width else None for n, at in self.columns.items()}


def read_table(
    content: bytes, known: Headings, needed: Iterable[str], *, encoding: str = ""
) -> Table:
    """Return the table in a file.

    Raises:
        ImportRefusedError: the file is empty, too large, of another kind, or lacks a needed column.

    """
    if len(content) > MAX_FILE_BYTES:
        raise ImportRefusedError(
            _("The file is larger than %(limit)s MB. Is it the right one?")
            % {"limit": MAX_FILE_BYTES // 1024**2}
        )
    if not content.strip():
        raise ImportRefusedError(_("The file is empty. Export it again."))
    if content.startswith(_OLD_WORKBOOK):
        raise ImportRefusedError(
            _("This is an old or protected workbook. Save it as .xlsx without password, or as CSV.")
        )
    read = _from_workbook if content.startswith(_WORKBOOK) else _from_text
    table = read(content, known, encoding)
    _refuse_unless_usable(table, known, list(needed))
    return table


def _refuse_unless_usable(table: Table, known: Headings, needed: list[str]) -> None:
    if not table.columns:
        raise ImportRefusedError(
            _(
                "No known column was found. Bring in a CSV or XLSX file whose first row holds "
                "headings such as: %(headings)s."
            )
            % {"headings": ", ".join(sorted(known[name])[0] for name in needed)}
        )
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise ImportRefusedError(
            _("The file has no column for: %(columns)s. Its columns are: %(headings)s.")
            % {
                "columns": ", ".join(missing),
                "headings": ", ".join(filter(None, table.headings))[:500],
            }
        )
    if not table.rows:
        raise ImportRefusedError(_("The file has headings but no rows. Export it again."))


def _from_workbook(content: bytes, known: Headings, _encoding: str) -> Table:
    best: Table | None = None
    for sheet in sheets_of(content):
        table = _below_headings(_numbered(sheet), known, ("xlsx", "", ""))
        if best is None or len(table.columns) > len(best.columns):
            best = table
    if best is None:
        raise ImportRefusedError(_("The workbook has no sheet."))
    return best


def _from_text(content: bytes, known: Headings, encoding: str) -> Table:
    text, encoding = decoded(content, lambda t: _best_delimiter(t, known)[0], encoding)
    delimiter = _best_delimiter(text, known)[1]
    return _below_headings(_records(text, delimiter), known, ("csv", encoding, delimiter))


def _numbered(sheet: Sheet) -> Iterator[Line]:
    return ((number, list(cells)) for number, cells in enumerate(sheet, start=1))


def _records(text: str, delimiter: str) -> Iterator[Line]:
    """Yield each record with the line on which it begins."""
    # A cell may be as long as the file: a quote that is never closed must not be an error here.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_FILE_BYTES))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    try:
        for cells in reader:
            yield begins, list[Cell](cells)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise ImportRefusedError(
            _("Line %(line)s cannot be read as CSV. Mend it or save the file as .xlsx.")
            % {"line": begins}
        ) from error


def _best_delimiter(text: str, known: Headings) -> tuple[int, str]:
    """Return how many columns are known with the best delimiter, and that delimiter."""
    head = text[:100_000]
    counts = [(_recognised(_records(head, d), known), d) for d in _DELIMITERS]
    return max(counts, key=lambda count: count[0])


def _recognised(lines: Iterator[Line], known: Headings) -> int:
    top = islice(lines, _ROWS_ABOVE)
    return max((len(columns_of(cells, known)) for _line, cells in top), default=0)


def _below_headings(lines: Iterator[Line], known: Headings, source: tuple[str, str, str]) -> Table:
    """Return the rows below that one of the first rows which has the most known headings."""
    top = list(islice(lines, _ROWS_ABOVE))
    found = [columns_of(cells, known) for _line, cells in top]
    at = max(range(len(top)), key=lambda i: len(found[i]), default=0)
    rows = [] if not top or not found[at] else [*top[at + 1 :], *_limited(lines)]
    headings = [text_of(cell)[:200] for cell in top[at][1]] if top else []
    filled = [line for line in rows if any(map(text_of, line[1]))]
    return Table(*source, headings, found[at] if top else {}, filled)


def _limited(lines: Iterator[Line]) -> Iterator[Line]:
    for count, line in enumerate(lines):
        if count >= MAX_ROWS:
            raise ImportRefusedError(
                _("The file has more than %(limit)s rows. Bring it in in parts of one kind.")
                % {"limit": MAX_ROWS}
            )
        yield line


def read_bytes(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        ImportRefusedError: there is no such file, it may not be read, or it is too large.

    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ImportRefusedError(
            _("The file cannot be opened: %(reason)s.") % {"reason": error.strerror}
        ) from error
