"""Sheets of an XLSX workbook, read as a stream; a bomb or a broken file is refused."""

import io
import zipfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any, cast
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from programmes.reading.cells import Cell
from programmes.reading.limits import MEGABYTE
from programmes.reading.refusal import ImportRefusedError

MAX_COLUMNS = 200
# What is held in memory at once: elements of a sheet (a row has up to 16,384 cells), texts that
# cells share, and what openpyxl reads as a whole, such as formats.
MOST_ELEMENTS, MOST_STRINGS, MOST_IN_PART = 1_000_000, 4_000_000, 200_000
MAX_PART_BYTES = 32 * 1024 * 1024
# No program writes more.
LAST_ROW = 2**24
MOST_PARTS = 10_000
# What each part begins with in the list at the end of an archive (ZIP's central directory).
_PART = b"PK\x01\x02"
_COLUMNS = {get_column_letter(number): number for number in range(1, MAX_COLUMNS + 1)}
_ROW, _STRING, _TEXT, _VALUE = (f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("row", "si", "t", "v"))

Sheet = Iterator[tuple[int, list[Cell]]]


def sheets_of(content: bytes, most_unpacked: int) -> Iterator[Sheet]:
    """Yield the rows of each sheet with their numbers.

    Computed cells give the value they were saved with.

    Raises:
        TooMuchUnpackedError: it unpacks to more than ``most_unpacked`` bytes.
        ImportRefusedError: this is no workbook, or it is broken.

    """
    _refuse_bomb(content, most_unpacked)
    with _broken_unless_read():
        book = _Book(io.BytesIO(content))
        parts = list(book.sheet_parts())
    for part in parts:
        yield _rows(book, part)


def _rows(book: "_Book", part: str) -> Sheet:
    with _broken_unless_read(), book.archive.open(part) as source:
        yield from _Cells(book, source).rows()


class TooMuchUnpackedError(ImportRefusedError):
    """A workbook unpacks to more bytes than are taken."""


class _Archive(zipfile.ZipFile):
    """The parts of a workbook; what is read as a whole must not be more than memory holds."""

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        """Return a part.

        Raises:
            ValueError: it holds more than the formats and names of any workbook.

        """
        if self.getinfo(name).file_size > MAX_PART_BYTES:
            raise ValueError(name)
        with self.open(name) as source:
            deque(_elements(source, "", MOST_IN_PART), maxlen=0)
        return super().read(name, pwd)


class _Book(ExcelReader):
    """A workbook of which openpyxl reads all but the sheets."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, read_only=True, data_only=True, keep_links=False)
        self.archive = _Archive(file)
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)

    def read_strings(self) -> None:
        """Read the texts that cells share."""
        part = cast(Any, self.package).find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                texts = (_text(node) for node in _elements(source, _STRING))
                self.shared_strings = list(islice(texts, MOST_STRINGS + 1))
        if len(self.shared_strings) > MOST_STRINGS:
            raise ValueError("too many texts")

    def sheet_parts(self) -> Iterator[str]:
        """Yield the name of the part that holds each sheet with cells."""
        for _sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                yield relation.target


class _Cells(WorkSheetParser):
    """The cells of a sheet; plain text is read here, since it is most, the rest by openpyxl."""

    def __init__(self, book: _Book, source: IO[bytes]) -> None:
        formats = cast(Any, book.wb)
        super().__init__(
            source,
            book.shared_strings,
            data_only=True,
            epoch=book.wb.epoch,
            date_formats=formats._date_formats,
            timedelta_formats=formats._timedelta_formats,
        )

    def rows(self) -> Sheet:
        """Yield each row that the file has, with its number."""
        for row in _elements(cast(IO[bytes], self.source), _ROW):
            self.row_counter = int(float(row.get("r", self.row_counter + 1)))
            if not 0 < self.row_counter <= LAST_ROW:
                raise ValueError(self.row_counter)
            self.col_counter = 0
            yield self.row_counter, self._values(row)

    def _values(self, row: Element) -> list[Cell]:
        values: list[Cell] = []
        for element in row:
            column, value = self._plain(element) or self._other(element)
            values.extend([None] * (min(column, MAX_COLUMNS) - len(values)))
            if column <= MAX_COLUMNS:
                values[column - 1] = value
        return values

    def _plain(self, element: Element) -> tuple[int, Cell] | None:
        """Return the column and value of a cell of plain text, None of another."""
        column = _COLUMNS.get(element.get("r", "").rstrip("0123456789"))
        if column is None or len(element) != 1:
            return None
        kind, held = element.get("t"), element[0]
        if kind == "inlineStr":
            value = _text(held)
        elif kind == "s" and held.tag == _VALUE and held.text:
            value = self.shared_strings[int(held.text)]
        else:
            return None
        self.col_counter = column
        return column, value

    def _other(self, element: Element) -> tuple[int, Cell]:
        cell: dict[str, Any] = self.parse_cell(element)
        return cell["column"], cell["value"]


def _elements(source: IO[bytes], tag: str, most: int = MOST_ELEMENTS) -> Iterator[Element]:
    """Yield elements of a tag one at a time, so that a long sheet does not fill the memory.

    Raises:
        ValueError: there are more elements between two of the tag, or within one, than fit.

    """
    held, above = 0, []
    for event, element in iterparse(source, events=("start", "end")):
        if event == "start":
            held += 1
            above.append((element, held))
            if held > most:
                raise ValueError("too many elements")
            continue
        above.pop()
        if element.tag == tag:
            yield element
            if above:
                parent, held = above[-1]
                parent.clear()


def _text(element: Element) -> str:
    """Return a text without its formats."""
    if len(element) == 1 and element[0].tag == _TEXT:
        return element[0].text or ""
    return str(cast(Any, Text).from_tree(element).content)


@contextmanager
def _broken_unless_read() -> Iterator[None]:
    try:
        yield
    # A hostile or broken workbook raises anything from KeyError to struct.error.
    except Exception as error:
        raise _broken() from error


def _refuse_bomb(content: bytes, most_unpacked: int) -> None:
    if content.count(_PART) > MOST_PARTS:
        raise _broken()
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _broken() from error
    if not any(part.filename.lower() == "xl/workbook.xml" for part in parts):
        raise ImportRefusedError(
            _("This is an archive, not a workbook. Import a CSV or XLSX file.")
        )
    if sum(part.file_size for part in parts) > most_unpacked:
        raise TooMuchUnpackedError(
            _("The workbook unpacks to more than %(limit)s MB. Save it as CSV.")
            % {"limit": most_unpacked // MEGABYTE}
        )


def _broken() -> ImportRefusedError:
    return ImportRefusedError(
        _("The workbook is damaged or cut off. Open it, save it as .xlsx and try again.")
    )
