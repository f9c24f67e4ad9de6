"""The files that the admin takes and gives: CSV and XLSX, of which no more is read than the limits.

A workbook is read as a stream: one far cell, or a part that unpacks to all memory, costs nothing.
"""

import csv
import io
from collections.abc import Iterable
from typing import Any, cast

from import_export.formats.base_formats import CSV, XLSX
from tablib import Dataset

from programmes.reading.cells import Cell
from programmes.reading.limits import REFERENCE_FILE, Line, filled, too_large
from programmes.reading.refusal import ImportRefusedError
from programmes.reading.workbook import sheets_of


class QuotedCSV(CSV):  # type: ignore[misc]
    """CSV in which each cell is quoted, so that a separator in a cell starts no new one."""

    def create_dataset(self, in_stream: bytes | str, **options: Any) -> Dataset:
        """Return the rows of a text; raises what ``dataset_of`` does, and UnicodeDecodeError."""
        _refuse_too_large(in_stream)
        text = in_stream.decode(self.encoding) if isinstance(in_stream, bytes) else in_stream
        rows = csv.reader(io.StringIO(text, newline=""))
        return dataset_of((rows.line_num, cast(list[Cell], cells)) for cells in rows)

    def export_data(self, dataset: Any, **kwargs: Any) -> Any:
        return super().export_data(dataset, quoting=csv.QUOTE_ALL, **kwargs)


class Workbook(XLSX):  # type: ignore[misc]
    """A workbook, of which the first sheet is read."""

    def create_dataset(self, in_stream: bytes) -> Dataset:
        """Return the rows of the first sheet; raises what ``dataset_of`` does."""
        _refuse_too_large(in_stream)
        return dataset_of(next(sheets_of(in_stream, REFERENCE_FILE.unpacked_bytes), ()))


FORMATS = [QuotedCSV, Workbook]


def dataset_of(lines: Iterable[Line]) -> Dataset:
    """Return the rows below the first that is not blank, which holds the names of the columns.

    Raises:
        ImportRefusedError: the file has more rows or columns than ``REFERENCE_FILE``, or is broken.

    """
    rows = iter(lines)
    _line, headings = next(filled(rows, REFERENCE_FILE), (0, []))
    width = len(headings)
    found = Dataset(headers=headings)
    for _line, cells in filled(rows, REFERENCE_FILE):
        found.append((cells + [None] * width)[:width])
    return found


def _refuse_too_large(content: str | bytes) -> None:
    if len(content) > REFERENCE_FILE.file_bytes:
        raise ImportRefusedError(too_large(REFERENCE_FILE))
