"""Single lines of a file as they will be read, beside what the file says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from programmes.design.formats import language_name, long_day
from programmes.design.languages import code_of
from programmes.reading.cells import Cell, date_of, kept, looks_computed, text_of
from stakeholders.importing.models.reason import FIELDS, reason_word
from stakeholders.importing.reading.columns import Column, Sample

_NOT_SHOWN = ("left_on",)
_LONGEST = 80
_NO_DAY = _lazy("no date")


@dataclass(frozen=True)
class ShownCell:
    """A cell: the value that is taken, and what the file says where that differs."""

    value: str
    original: str


@dataclass(frozen=True)
class PreviewLine:
    """A line with its cells in the order of ``shown_fields``, and what is wrong with it."""

    line: int
    cells: list[ShownCell]
    remark: str


def shown_fields(columns: Sequence[Column]) -> list[Column]:
    """Return the columns that are taken, in the order in which pages show them."""
    order = [name for name in FIELDS if name not in _NOT_SHOWN]
    taken = [column for column in columns if column.becomes in order]
    return sorted(taken, key=lambda column: order.index(column.becomes))


@dataclass(frozen=True)
class Shower:
    """Shows lines of one file."""

    sample: Sample
    fields: list[Column]
    month_first: bool
    reasons: dict[int, str]

    def line(self, line: int, cells: Sequence[Cell]) -> PreviewLine:
        """Return a line as it will be read."""
        shown = [self._cell(column, cells) for column in self.fields]
        reason = self.reasons.get(line, "")
        return PreviewLine(line, shown, reason_word(reason) if reason else "")

    def _cell(self, column: Column, cells: Sequence[Cell]) -> ShownCell:
        cell = cells[column.at] if column.at < len(cells) else None
        ways: dict[str, Callable[[Cell], str]] = {
            "language": self._language,
            "site": self._site,
            "entered_on": self._day,
        }
        value = ways.get(column.becomes, text_of)(cell)[:_LONGEST]
        if looks_computed(value):
            return ShownCell(value, _("kept as text"))
        original = kept(cell)[:_LONGEST]
        is_plain = original == value or (
            ways.get(column.becomes) == self._day and value != str(_NO_DAY)
        )
        return ShownCell(value, "" if is_plain else original)

    def _language(self, cell: Cell) -> str:
        code = code_of(text_of(cell)[:80])
        return language_name(code) if code else _("the site’s")

    def _site(self, cell: Cell) -> str:
        place = self.sample.places.find(text_of(cell))
        return place.name if place else _("unknown")

    def _day(self, cell: Cell) -> str:
        try:
            day = date_of(cell, month_first=self.month_first)
        except (ValueError, OverflowError):
            day = None
        return long_day(day) if day else str(_NO_DAY) if text_of(cell) else ""
