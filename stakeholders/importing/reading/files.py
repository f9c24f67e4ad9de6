"""From a file to a table with known columns: CSV and XLSX, told apart by what is in them."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import cast

from django.utils.translation import gettext as _

from programmes.reading.cells import Cell, text_of
from programmes.reading.limits import Line, Most, filled, too_large
from programmes.reading.refusal import ImportRefusedError
from programmes.reading.workbook import MAX_COLUMNS, sheets_of
from stakeholders.importing.reading.encodings import encoding_of
from stakeholders.importing.reading.headings import (
    PEOPLE_NEEDED,
    Headings,
    columns_of,
    heading_word,
    is_of_report,
)
from stakeholders.importing.reading.manner import FOUND_OUT, PEOPLE_FILE, Manner

MAX_FILE_BYTES = PEOPLE_FILE.file_bytes
# A title or a note may stand above the headings.
_ROWS_ABOVE = 10
# Enough for the rows above, and little beside the file.
_HEAD_LETTERS = 100_000
_DELIMITERS = ";,\t|"
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# PNG, JPEG, GIF, PDF, RTF, gzip.
_NO_TABLES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"{\\rtf", b"\x1f\x8b")


@dataclass(frozen=True)
class Table:
    """What a file holds below its headings.

    Attributes:
        kind: ``csv`` or ``xlsx``.
        encoding: of a CSV file, such as ``utf-8-sig``; else empty.
        delimiter: of a CSV file; else empty.
        line: on which the headings stand; 0 where there are none.
        headings: as they stand in the file.
        columns: position of each known column.
        rows: (line, cells) of each row that is not blank, read from the file as they are asked
            for, once. The line is the one on which the row begins in a text file, or the number
            of the row in a sheet.

    """

    kind: str
    encoding: str
    delimiter: str
    line: int
    headings: list[str]
    columns: dict[str, int]
    rows: Iterator[Line]

    def values(self, cells: list[Cell]) -> dict[str, Cell]:
        """Return the cells of the known columns by name; what a short row lacks is None."""
        width = len(cells)
        return {n: cells[at] if at < width else None for n, at in self.columns.items()}

    @property
    def is_of_report(self) -> bool:
        """Tell whether these are the bad lines of another file, which we gave out ourselves."""
        return is_of_report(self.headings)

    def picked(self, names: Sequence[str]) -> Iterator[tuple[int, tuple[Cell, ...], list[Cell]]]:
        """Yield for each row the line, the cells of at least two columns, and all cells.

        Raises:
            ImportRefusedError: the rest of the file cannot be read.

        """
        # What the file has no column for is taken from the end, where each row gets a None.
        pick = itemgetter(*(self.columns.get(name, -1) for name in names))
        width = max(self.columns.values()) + 1
        for line, cells in self.rows:
            cells.extend([None] * (width - len(cells)))
            cells.append(None)
            picked = pick(cells)
            del cells[-1]
            yield line, picked, cells


def read_table(
    content: bytes,
    known: Headings,
    needed: Iterable[str],
    manner: Manner = FOUND_OUT,
    most: Most = PEOPLE_FILE,
    word: Callable[[str], str] = heading_word,
) -> Table:
    """Return the table in a file, read as somebody has settled; the rest is found out.

    ``word`` gives the heading of a needed column in the reader's language.

    Raises:
        ImportRefusedError: the file is empty, too large, of another kind, or lacks a needed column.
            Rows that cannot be read, are too many or too wide are refused when they are asked for.

    """
    _refuse_unless_readable(content, most)
    read = _from_workbook if content.startswith(_WORKBOOK) else _from_text
    table = read(content, known, manner, most)
    is_found_out = manner.line is None and manner.columns is None
    _refuse_unless_known(table, word, list(needed), is_found_out=is_found_out)
    if (first := next(table.rows, None)) is None:
        raise ImportRefusedError(_("The file has headings but no rows. Export it again."))
    return replace(table, rows=chain([first], table.rows))


def _refuse_unless_readable(content: bytes, most: Most) -> None:
    if len(content) > most.file_bytes:
        raise ImportRefusedError(too_large(most))
    if not content.strip():
        raise ImportRefusedError(_("The file is empty. Export it again."))
    if content.startswith(_NO_TABLES):
        raise ImportRefusedError(
            _("This is a picture or a document, not a table. Import a CSV or XLSX file.")
        )
    if content.startswith(_OLD_WORKBOOK):
        raise ImportRefusedError(
            _("This workbook is old or protected. Save it as .xlsx without a password or as CSV.")
        )


def _refuse_unless_known(
    table: Table, word: Callable[[str], str], needed: list[str], *, is_found_out: bool
) -> None:
    if not table.columns and is_found_out:
        raise ImportRefusedError(
            _(
                "No known column was found. Import a CSV or XLSX file whose first row has "
                "headings such as: %(headings)s."
            )
            % {"headings": ", ".join(map(word, needed or PEOPLE_NEEDED))}
        )
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise ImportRefusedError(
            _("The file has no column for: %(columns)s. Its columns are: %(headings)s.")
            % {
                "columns": ", ".join(map(word, missing)),
                "headings": ", ".join(filter(None, table.headings))[:500],
            }
        )


def _from_workbook(content: bytes, known: Headings, manner: Manner, most: Most) -> Table:
    sheets = sheets_of(content, most.unpacked_bytes)
    tops = (_Top.of(sheet, known) for sheet in sheets)
    best = max(tops, key=lambda top: top.most_known, default=None)
    if best is None:
        raise ImportRefusedError(_("The workbook has no sheet."))
    return best.table(("xlsx", "", ""), manner, most)


def _from_text(content: bytes, known: Headings, manner: Manner, most: Most) -> Table:
    encoding = encoding_of(content, lambda text: _best_delimiter(text, known)[0], manner.encoding)
    with _opened(content, encoding) as file:
        delimiter = manner.delimiter or _best_delimiter(file.read(_HEAD_LETTERS), known)[1]
    lines = _records(_opened(content, encoding), delimiter)
    return _Top.of(lines, known).table(("csv", encoding, delimiter), manner, most)


def _opened(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding, newline="")


def _records(text: io.TextIOBase, delimiter: str) -> Iterator[Line]:
    """Yield each record, as many columns as are read, with the line on which it begins."""
    # A cell may be as long as the file: a quote that is never closed must not be an error here.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_FILE_BYTES))
    reader = csv.reader(text, delimiter=delimiter)
    begins = 1
    try:
        for cells in reader:
            del cells[MAX_COLUMNS:]
            yield begins, cast(list[Cell], cells)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise ImportRefusedError(
            _("Row %(line)s cannot be read as CSV. Correct it, or save the file as .xlsx.")
            % {"line": begins}
        ) from error


def _best_delimiter(text: str, known: Headings) -> tuple[int, str]:
    """Return how many columns are known with the best delimiter, and that delimiter."""
    head = text[:_HEAD_LETTERS]
    counts = [
        (_recognised(_records(io.StringIO(head, newline=""), d), known), d) for d in _DELIMITERS
    ]
    return max(counts, key=lambda count: count[0])


def _recognised(lines: Iterator[Line], known: Headings) -> int:
    top = islice(lines, _ROWS_ABOVE)
    return max((len(columns_of(cells, known)) for _line, cells in top), default=0)


@dataclass(frozen=True)
class _Top:
    """The first rows of a sheet or file, the known columns in each of them, and the other rows."""

    rows: list[Line]
    found: list[dict[str, int]]
    others: Iterator[Line]

    @classmethod
    def of(cls, lines: Iterator[Line], known: Headings) -> "_Top":
        top = list(islice(lines, _ROWS_ABOVE))
        return cls(top, [columns_of(cells, known) for _line, cells in top], lines)

    @cached_property
    def most_known(self) -> int:
        return max(map(len, self.found), default=0)

    def table(self, source: tuple[str, str, str], manner: Manner, most: Most) -> Table:
        """Return the rows below the headings that are settled, or that are known best."""
        at = self._place(manner)
        has_headings = 0 <= at < len(self.rows) and (self.most_known or manner.line)
        line, cells = self.rows[at] if has_headings else (0, [])
        columns = self.found[at] if has_headings else {}
        if manner.columns is not None:
            columns = _settled(manner.columns)
        is_table = has_headings or manner.line == 0
        below = chain(self.rows[at + 1 :], self.others) if is_table else iter(())
        headings = [text_of(cell)[:200] for cell in cells]
        return Table(*source, line, headings, columns, filled(below, most))

    def _place(self, manner: Manner) -> int:
        """Return which of the first rows has the headings; -1 for none."""
        if manner.line is None:
            return self.found.index(max(self.found, key=len)) if self.found else 0
        lines = [line for line, _cells in self.rows]
        return lines.index(manner.line) if manner.line in lines else -1


def _settled(columns: Sequence[str]) -> dict[str, int]:
    """Return the position of each column that is settled.

    Raises:
        ImportRefusedError: two columns are to become the same.

    """
    names = [name for name in columns if name]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ImportRefusedError(
            _("Several columns are mapped to the same field: %(columns)s. Keep one of them.")
            % {"columns": ", ".join(twice)}
        )
    return {name: at for at, name in enumerate(columns) if name}


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
