"""Units as a workbook: one line for each text, below headings, as spreadsheets show them."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from onelift.exchange.refusal import FileRefusedError
from onelift.exchange.units import Unit
from programmes.design.cells import restored
from programmes.queries.texts import APPROVED, DRAFT, REVIEW
from programmes.reading.cells import Cell, kept
from programmes.reading.limits import MEGABYTE
from programmes.reading.refusal import ImportRefusedError
from programmes.reading.workbook import TooMuchUnpackedError, sheets_of
from stakeholders.people.exports import workbook

# A text that leaves as approved, and comes back with another word, is to be reviewed again.
DONE = (REVIEW, APPROVED)
HEADINGS = ("id", "language", "english", "translation", "state", "part of", "seen")
# Ten times the largest file that is taken: so much smaller does a workbook of texts get packed.
MOST_UNPACKED = 40 * MEGABYTE


def written(units: Sequence[Unit]) -> bytes:
    """Return the workbook; no cell computes anything."""
    rows = ((u.id, u.language, u.source, u.target, u.state, u.note, u.seen) for u in units)
    return workbook(HEADINGS, rows)


def read(content: bytes) -> Iterator[Unit]:
    """Yield the units of a workbook; ``review`` or ``approved`` says that one is finished.

    It is unpacked as far as it is read, so that whoever uploads one waits for its first row alone.

    Raises:
        FileRefusedError: this is no workbook, it unpacks to too much, or its first line has other
            headings.

    """
    try:
        for sheet in sheets_of(content, MOST_UNPACKED):
            yield from _units(cells for _number, cells in sheet)
    except TooMuchUnpackedError as refused:
        words = _("The workbook unpacks to more than %(limit)s MB. Import it in parts.")
        raise FileRefusedError(words % {"limit": MOST_UNPACKED // MEGABYTE}) from refused
    except ImportRefusedError as refused:
        raise FileRefusedError(str(refused)) from refused


def _units(rows: Iterator[Sequence[Cell]]) -> Iterator[Unit]:
    first = next(rows, None)
    if first is None:
        return
    if tuple(_texts(first)[: len(HEADINGS)]) != HEADINGS:
        wanted = ", ".join(HEADINGS)
        words = _("The first row must hold the headings %(headings)s.")
        raise FileRefusedError(words % {"headings": wanted})
    for row in rows:
        cells = _texts(row)
        if not any(cell.strip() for cell in cells):
            # A row that has a format and nothing else.
            continue
        cells[4] = REVIEW if cells[4] in DONE else DRAFT
        yield Unit(*cells[: len(HEADINGS)])


def _texts(row: Sequence[Cell]) -> list[str]:
    texts = [str(restored(kept(cell))) for cell in row]
    return [*texts, *([""] * (len(HEADINGS) - len(texts)))]
