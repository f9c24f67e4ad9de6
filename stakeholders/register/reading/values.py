"""Reading a file of values row by row: every wrong row is named, and nothing is half imported."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from programmes.design.fields import DayField
from programmes.design.folding import folded
from programmes.design.numbers import number_typed
from programmes.models import Objective
from programmes.reading.cells import Cell, date_of, text_of
from programmes.reading.limits import MEGABYTE, Most
from programmes.reading.refusal import ImportRefusedError
from programmes.services.value import NewValue, RowError
from stakeholders.importing.reading.files import read_table
from stakeholders.importing.reading.headings import doubled
from stakeholders.importing.reading.manner import FOUND_OUT

# It is read and written while somebody waits for the page.
VALUES_FILE = Most(512 * 1024, 10 * MEGABYTE, rows=2000, columns=50)
# What we call a column, and what others write.
HEADINGS = {
    "objective": ("objective", "objectif"),
    "measured_on": ("measured_on", "measured on", "date", "day", "mesuré le", "jour"),
    "value": ("value", "valeur"),
    "note": ("note",),
}
KNOWN = {name: frozenset(map(folded, words)) for name, words in HEADINGS.items()}
NEEDED = ("objective", "measured_on", "value")
LONGEST_NOTE = 240


@dataclass(frozen=True)
class ValueRow:
    """One row of the file: its number there, the objective that it names, and the value."""

    number: int
    objective: Objective
    new: NewValue


def read_values(
    content: bytes, objectives: Iterable[Objective]
) -> tuple[list[ValueRow], list[RowError]]:
    """Return the rows of a file about some objectives, and what is wrong with the others.

    Raises:
        ImportRefusedError: the file as a whole cannot be read.

    """
    table = read_table(content, KNOWN, NEEDED, FOUND_OUT, VALUES_FILE, str)
    if twice := doubled(table.headings, KNOWN):
        text = _("Columns with the same meaning: %(headings)s. Keep one, remove the others.")
        raise ImportRefusedError(text % {"headings": ", ".join(f"“{one}”" for one in twice)})
    reader, rows, wrong = RowReader(objectives), list[ValueRow](), list[RowError]()
    for number, cells in table.rows:
        try:
            rows.append(reader.read(number, table.values(cells)))
        except ValidationError as refusal:
            wrong.append(RowError(number, " ".join(refusal.messages)))
    return rows, wrong


class RowReader:
    """Reads rows about some objectives, which a file names by their id or their name."""

    def __init__(self, objectives: Iterable[Objective]) -> None:
        known = list(objectives)
        self.by_id = {str(one.pk): one for one in known}
        self.by_name: dict[str, list[Objective]] = {}
        for one in known:
            self.by_name.setdefault(one.name.casefold(), []).append(one)

    def read(self, number: int, cells: Mapping[str, Cell]) -> ValueRow:
        """Return a row; raises ValidationError with all that is wrong with it."""
        wrong: list[str] = []
        found = [
            self._tried(read, cells.get(name), wrong)
            for name, read in (
                ("objective", self._objective),
                ("value", number_of),
                ("measured_on", day_of),
                ("note", note_of),
            )
        ]
        if wrong:
            raise ValidationError(wrong)
        objective, value, measured_on, note = found
        return ValueRow(number, objective, NewValue(value, measured_on, note))

    def _tried(self, read: Any, cell: Cell, wrong: list[str]) -> Any:
        try:
            return read(cell)
        except ValidationError as refusal:
            wrong += refusal.messages
            return None

    def _objective(self, cell: Cell) -> Objective:
        text = text_of(cell)
        named = self.by_name.get(text.casefold(), [])
        if len(named) > 1:
            words = {"name": text}
            raise ValidationError(
                _("Several objectives are called “%(name)s”. Enter the ID instead.") % words
            )
        if found := (named[0] if named else self.by_id.get(text)):
            return found
        text = text[:80]
        raise ValidationError(
            _("You cannot edit an objective “%(name)s”. Enter the name or ID of one of yours.")
            % {"name": text}
        )


def number_of(cell: Cell) -> Decimal:
    """Return a number as it is typed on the page; a formula without a saved result is empty."""
    text = text_of(cell)
    if not text:
        raise ValidationError(_("The value is missing. Formulas are not read: enter the value."))
    return number_typed(text)


def day_of(cell: Cell) -> date:
    """Return the day in a cell: a date of a workbook, or a text."""
    try:
        return date_of(cell) or _typed_day(cell)
    except ValueError:
        return _typed_day(cell)


def _typed_day(cell: Cell) -> date:
    day: date = DayField().clean(text_of(cell))
    return day


def note_of(cell: Cell) -> str:
    text = text_of(cell)
    if len(text) > LONGEST_NOTE:
        raise ValidationError(_("The note is longer than 240 characters. Shorten it."))
    return text
