"""What each column of a file becomes: found out, settled, or still open."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.design.folding import folded
from programmes.design.formats import listed, number
from programmes.design.languages import code_of
from programmes.reading.cells import Cell, text_of
from stakeholders.importing.models.reason import field_word
from stakeholders.importing.reading.files import Table
from stakeholders.importing.reading.headings import REPORT_LINE, REPORT_REASON, WITH_SITE
from stakeholders.importing.reading.person_facts import BusinessLines, Places

OPEN = "?"
LEFT_OUT = ""
_EXAMPLES = 3
_MOST_COLUMNS = 200


@dataclass(frozen=True)
class Column:
    """A column of the file.

    Attributes:
        at: its position, from 0.
        heading: as it stands in the file; without one, its number.
        examples: what its first cells hold.
        becomes: a name of ``Facts``, ``LEFT_OUT`` or ``OPEN``.
        remark: what is known of it, in words.

    """

    at: int
    heading: str
    examples: list[str]
    becomes: str
    remark: str

    @property
    def word(self) -> str:
        """Return what it becomes, in words."""
        return field_word(self.becomes)

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has to say what it is."""
        return self.becomes == OPEN


@dataclass(frozen=True)
class Sample:
    """The first rows of a file, and what they are read against."""

    table: Table
    rows: list[tuple[int, list[Cell]]]
    places: Places
    lines: BusinessLines

    @property
    def width(self) -> int:
        """Return how many columns there are, without headings those with cells."""
        widest = max((len(cells) for _line, cells in self.rows), default=0)
        return min(
            max(widest if not self.table.headings else 0, len(self.table.headings)), _MOST_COLUMNS
        )

    def texts(self, at: int) -> Counter[str]:
        """Return the different texts in a column with how often each is there."""
        cells = (cells[at] for _line, cells in self.rows if at < len(cells))
        found = Counter(map(text_of, cells))
        del found[""]
        return found


def columns_in(sample: Sample, settled: Sequence[str] | None) -> list[Column]:
    """Return what each column becomes; what is not settled, or open, is found out."""
    detected = {at: name for name, at in sample.table.columns.items()}
    taken = set(settled or ())
    columns = []
    for at in range(sample.width):
        word = settled[at] if settled is not None and at < len(settled) else OPEN
        found = detected.get(at, OPEN)
        if word == OPEN and found not in taken:
            word = found
        columns.append(_column(sample, at, word))
    return columns


def _column(sample: Sample, at: int, becomes: str) -> Column:
    headings = sample.table.headings
    heading = headings[at] if at < len(headings) else ""
    texts = sample.texts(at)
    if becomes == OPEN and (not texts or _is_known_and_left(heading)):
        becomes = LEFT_OUT
    return Column(
        at=at,
        heading=heading or _("Column %(number)d") % {"number": at + 1},
        examples=[text[:60] for text in list(texts)[:_EXAMPLES]],
        becomes=becomes,
        remark=_remark(sample, becomes, heading, texts),
    )


def _is_known_and_left(heading: str) -> bool:
    return folded(heading) in WITH_SITE | REPORT_LINE | REPORT_REASON


def _remark(sample: Sample, becomes: str, heading: str, texts: Counter[str]) -> str:
    if becomes in _REMARKS:
        return _REMARKS[becomes](sample, texts)
    if becomes == LEFT_OUT:
        return _left_out(heading, texts)
    return ""


def _left_out(heading: str, texts: Counter[str]) -> str:
    if folded(heading) in WITH_SITE:
        return _("Already known from the site")
    if _is_known_and_left(heading):
        return _("From the report of rejected rows")
    return "" if texts else _("Empty")


def _open(_sample: Sample, _texts: Counter[str]) -> str:
    return _("Not recognised: choose a field")


def _number(_sample: Sample, texts: Counter[str]) -> str:
    return _("Identifies each person")


def _language(_sample: Sample, texts: Counter[str]) -> str:
    unknown = [text for text in texts if code_of(text[:80]) is None]
    return _spellings(len(texts), unknown, sum(texts[text] for text in unknown))


def _site(sample: Sample, texts: Counter[str]) -> str:
    unknown = [text for text in texts if sample.places.find(text) is None]
    return _spellings(len(texts), unknown, sum(texts[text] for text in unknown))


def _spellings(count: int, unknown: list[str], rows: int) -> str:
    found = ngettext("%(n)s spelling", "%(n)s spellings", count) % {"n": number(count)}
    if not unknown:
        return _("%(found)s, all known") % {"found": found}
    return ngettext(
        "%(found)s, %(unknown)s unknown: %(rows)s row",
        "%(found)s, %(unknown)s unknown: %(rows)s rows",
        rows,
    ) % {"found": found, "unknown": number(len(unknown)), "rows": number(rows)}


def _business_line(sample: Sample, texts: Counter[str]) -> str:
    known = set(map(folded, sample.lines.spelled))
    spelled = {folded(text) for text in texts}
    new = len(spelled - known)
    found = ngettext("%(n)s value", "%(n)s values", len(spelled)) % {"n": number(len(spelled))}
    if not new:
        return _("%(found)s, all known") % {"found": found}
    return _("%(found)s, %(new)s of them new") % {"found": found, "new": number(new)}


_REMARKS = {
    OPEN: _open,
    "personnel_number": _number,
    "language": _language,
    "site": _site,
    "business_line": _business_line,
}


def problem_with(columns: Sequence[Column], needed: Sequence[str]) -> tuple[str, int | None]:
    """Return why a file cannot be read with these columns, and which of them to look at first.

    Nothing and None if it can.
    """
    names = [column.becomes for column in columns]
    for column in columns:
        if column.is_open:
            words = _("Choose a field for “%(heading)s”, or choose not to import it.")
            return words % {"heading": column.heading}, column.at
    for column in columns:
        if column.becomes and names.count(column.becomes) > 1:
            twins = [c.heading for c in columns if c.becomes == column.becomes]
            words = _(
                "“%(first)s” and “%(second)s” are both mapped to “%(name)s”. Keep one of them."
            )
            name = field_word(column.becomes)
            return words % {"first": twins[0], "second": twins[1], "name": name}, column.at
    missing = [field_word(name) for name in needed if name not in names]
    if missing:
        words = _("No column is mapped to: %(names)s. Map one, or import another file.")
        return words % {"names": listed(missing)}, 0 if columns else None
    return "", None
