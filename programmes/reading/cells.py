"""What one cell holds: clean text, dates."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import cast

Cell = str | int | float | bool | date | None

# Control characters, zero-width spaces, reversed writing and halves of characters: none is typed
# on purpose, PostgreSQL refuses NUL, and mail headers must hold none.
_NEVER_TYPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_NEVER_KEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_COMPUTED = tuple("=+-@＝＋－＠")
_BETWEEN = "\x1f"  # never kept
# As many letters as a cell of a workbook holds, with room for an apostrophe.
LONGEST_KEPT = 32_000
# The apostrophe that our own exports put before what a spreadsheet would take for a formula.
_DEFUSED = re.compile("^'(?='*[=+\\-@＝＋－＠])")

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: .*)?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_SERIAL_ZERO = date(1899, 12, 30)
_YEARS = range(1900, 2101)


def text_of(cell: Cell) -> str:
    """Return a cell as one line of text: NFC, trimmed, each run of blanks one space."""
    if cell is None:
        return ""
    text = cell if isinstance(cell, str) else _written(cell)
    if not text.isascii() or not text.isprintable():
        text = unicodedata.normalize("NFC", _NEVER_TYPED.sub("", text))
    elif " " not in text and not text.startswith("'"):
        return text
    return _DEFUSED.sub("", " ".join(text.split()))


def kept(cell: Cell) -> str:
    """Return a cell as it stands, as far as a database and a workbook can hold it."""
    text = "" if cell is None else cell if isinstance(cell, str) else _written(cell)
    return _NEVER_KEPT.sub("", text[:LONGEST_KEPT])


def packed(cells: list[Cell]) -> str:
    """Return the cells of a row in one text, which takes a fifth of the memory."""
    try:
        text = _BETWEEN.join(cast(list[str], cells))
    except TypeError:
        text = ""
    is_whole = text.count(_BETWEEN) == len(cells) - 1
    return text if is_whole else _BETWEEN.join(map(kept, cells))


def unpacked(text: str) -> list[str]:
    """Return the cells that were packed, as far as a database and a workbook can hold them."""
    return [kept(cell) for cell in text.split(_BETWEEN)]


def looks_computed(text: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula."""
    return text[:1] in _COMPUTED


def _written(cell: int | float | date) -> str:
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)


def date_of(cell: Cell, *, month_first: bool = False) -> date | None:
    """Return the day in a cell (a date, a text, or a spreadsheet's day number), or None.

    Raises:
        ValueError: the cell holds something that is no day between 1900 and 2100.

    """
    if isinstance(cell, date):
        return _plausible(cell.date() if isinstance(cell, datetime) else cell)
    text = text_of(cell)
    return _plausible(_parsed(text, month_first)) if text else None


def _plausible(day: date) -> date:
    if day.year not in _YEARS:
        raise ValueError(day)
    return day


def _parsed(text: str, month_first: bool) -> date:
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return date(*(int(part) for part in match.groups()))
    if match := _SERIAL.fullmatch(text):
        return _SERIAL_ZERO + timedelta(days=int(match[1]))
    if not (match := _YEAR_LAST.fullmatch(text)):
        raise ValueError(text)
    first, second, year = (int(part) for part in match.groups())
    day, month = (second, first) if month_first else (first, second)
    return date(year, month, day)


def writes_month_first(cells: Iterable[Cell]) -> bool:
    """Tell whether a column of dates is written as in the US, by the days above the twelfth."""
    counts = Counter(c.strip() for c in cells if isinstance(c, str))
    pairs = [(m.groups(), n) for cell, n in counts.items() if (m := _YEAR_LAST.match(cell))]
    return sum(n for p, n in pairs if int(p[1]) > 12) > sum(n for p, n in pairs if int(p[0]) > 12)
