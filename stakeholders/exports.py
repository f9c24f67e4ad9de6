"""Making cells harmless before they leave in a CSV or XLSX file."""

import io
import re
from collections.abc import Iterable
from itertools import chain

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# A spreadsheet takes these, also in full width and behind blanks, for the start of a formula.
# Apostrophes before them are doubled, so that reading back (importing.cells) finds the original.
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*[\t\r\n]")


def defused(value: object) -> object:
    """Return a cell that a spreadsheet shows as it is and never computes.

    Only text can be a formula: numbers and dates stay what they are. Our own import takes the
    apostrophe away again, so that “+33 1 58” and “-5” come back as they were. The file itself must
    quote each cell, so that a separator in a cell starts no new one.
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def workbook(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """Return a workbook of one sheet whose cells are all texts that compute nothing."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in chain([headings], rows):
        sheet.append([defused(ILLEGAL_CHARACTERS_RE.sub("", cell)) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
