"""Sheets of an XLSX workbook, read as a stream; a bomb or a broken file is refused."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from stakeholders.importing.cells import Cell
from stakeholders.importing.refusal import ImportRefusedError

MAX_UNPACKED_BYTES = 400 * 1024 * 1024
_MAX_COLUMNS = 200

Sheet = Iterator[tuple[Cell, ...]]


def sheets_of(content: bytes) -> Iterator[Sheet]:
    """Yield the rows of each sheet; computed cells give the value they were saved with.

    Raises:
        ImportRefusedError: this is no workbook, it is broken, or unpacks to too much.

    """
    _refuse_bomb(content)
    with _broken_unless_read():
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = cast(list[Any], book.worksheets)
    for sheet in sheets:
        yield _rows(sheet)


def _rows(sheet: Any) -> Sheet:
    with _broken_unless_read():
        # Some programs write a wrong size, and the rest of the sheet would not be read.
        sheet.reset_dimensions()
        for cells in sheet.iter_rows(values_only=True):
            yield cells[:_MAX_COLUMNS]


@contextmanager
def _broken_unless_read() -> Iterator[None]:
    try:
        yield
    # A hostile or broken workbook raises anything from KeyError to struct.error.
    except Exception as error:
        raise _broken() from error


def _refuse_bomb(content: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _broken() from error
    if not any(part.filename.lower() == "xl/workbook.xml" for part in parts):
        raise ImportRefusedError(
            _("This is an archive of another kind, not a workbook. Bring in a CSV or XLSX file.")
        )
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise ImportRefusedError(
            _("The workbook unpacks to more than %(limit)s MB. Save it as CSV.")
            % {"limit": MAX_UNPACKED_BYTES // 1024**2}
        )


def _broken() -> ImportRefusedError:
    return ImportRefusedError(
        _("The workbook is broken or cut off. Open it, save it as .xlsx and try again.")
    )
