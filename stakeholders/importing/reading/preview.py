"""The beginning of a file as it will be read, with the evidence for each guess."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.design.formats import number
from programmes.reading.cells import Cell, text_of, writes_month_first
from programmes.reading.refusal import ImportRefusedError
from stakeholders.importing.reading.columns import OPEN, Column, Sample, columns_in, problem_with
from stakeholders.importing.reading.files import Table, read_table
from stakeholders.importing.reading.headings import PEOPLE, PEOPLE_NEEDED
from stakeholders.importing.reading.manner import Manner
from stakeholders.importing.reading.person_facts import BusinessLines, Places
from stakeholders.importing.reading.preview_lines import PreviewLine, Shower, shown_fields
from stakeholders.importing.reading.rows import BAD_DATE, Reading, read_people

# Enough to judge a file by, and read in a moment.
SAMPLE_ROWS = 10_000
_LINES = 5


@dataclass(frozen=True)
class Preview:
    """The beginning of a file as it will be read.

    Attributes:
        manner: how it is read, in full; what is open stands as ``OPEN`` among its columns.
        settled: what of it was not found out.
        columns: all of them, the open ones first.
        fields: those that are taken, in the order of the cells of ``lines``.
        lines: a few, as they will be read.
        rows: how many were looked at; all of them if ``is_whole``.
        evidence: for each part of the manner, why it is so, in words.
        problem: why it cannot be read so, and what to do; empty if it can.
        look_at: the position of the column that the problem is about.

    """

    manner: Manner
    settled: Manner
    columns: list[Column] = field(default_factory=list)
    fields: list[Column] = field(default_factory=list)
    lines: list[PreviewLine] = field(default_factory=list)
    rows: int = 0
    is_whole: bool = True
    evidence: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    look_at: int | None = None

    @property
    def taken(self) -> int:
        """Return how many columns are taken."""
        return len(self.fields)

    @property
    def has_remarks(self) -> bool:
        """Tell whether something is wrong with a line that is shown."""
        return any(line.remark for line in self.lines)

    @property
    def open(self) -> int:
        """Return how many columns nobody knows."""
        return sum(column.is_open for column in self.columns)

    @property
    def left_out(self) -> int:
        """Return how many columns are left out."""
        return len(self.columns) - self.taken - self.open


def preview_of(
    content: bytes,
    manner: Manner,
    found: Manner,
    places: Places,
    lines: BusinessLines,
    other: int | None = None,
) -> Preview:
    """Return the beginning of a file, read in a manner.

    Args:
        content: the file.
        manner: how to read it; what is open is found out.
        found: how it would be read if nobody settled anything.
        places: the sites.
        lines: the business lines.
        other: chooses other lines than the first, those with remarks before the rest.

    """
    try:
        table = read_table(content, PEOPLE, (), replace(manner, columns=None))
        rows = list(islice(table.rows, SAMPLE_ROWS + 1))
    except ImportRefusedError as refusal:
        return Preview(manner, manner, problem=str(refusal))
    sample = Sample(table, rows[:SAMPLE_ROWS], places, lines)
    return _preview(sample, manner, found, other, is_whole=len(rows) <= SAMPLE_ROWS)


def _preview(
    sample: Sample, manner: Manner, found: Manner, other: int | None, *, is_whole: bool
) -> Preview:
    table, columns = sample.table, columns_in(sample, manner.columns)
    dates_found = _month_first(sample, columns)
    month_first = dates_found if manner.month_first is None else manner.month_first
    full = Manner(
        encoding=table.encoding,
        delimiter=table.delimiter,
        line=table.line,
        month_first=month_first,
        is_part=found.is_part if manner.is_part is None else manner.is_part,
        columns=tuple(column.becomes for column in columns),
    )
    reading = _judged(sample, columns, month_first)
    problem, look_at = problem_with(columns, PEOPLE_NEEDED)
    fields = shown_fields(columns)
    reasons = {r.line: r.reason for r in (*reading.notes, *reading.rejected)} if reading else {}
    shower = Shower(sample, fields, month_first, reasons)
    return Preview(
        manner=full,
        settled=_settled(full, replace(found, month_first=dates_found)),
        columns=sorted(columns, key=lambda column: not column.is_open),
        fields=fields,
        lines=[shower.line(*row) for row in _chosen(sample.rows, reasons, other)],
        rows=len(sample.rows),
        is_whole=is_whole,
        evidence=evidence_of(sample, columns, reading),
        problem=problem,
        look_at=look_at,
    )


def _settled(manner: Manner, found: Manner) -> Manner:
    """Return what of a manner was not found out; whether a file is a part is its own matter."""
    return Manner(
        encoding="" if manner.encoding == found.encoding else manner.encoding,
        delimiter="" if manner.delimiter == found.delimiter else manner.delimiter,
        line=None if manner.line == found.line else manner.line,
        month_first=None if manner.month_first == found.month_first else manner.month_first,
        columns=manner.columns,
    )


def _month_first(sample: Sample, columns: list[Column]) -> bool:
    at = next((c.at for c in columns if c.becomes == "entered_on"), None)
    if at is None:
        return False
    return writes_month_first(cells[at] for _line, cells in sample.rows if at < len(cells))


def _judged(sample: Sample, columns: list[Column], month_first: bool) -> Reading | None:
    """Return the sample judged as all of the file will be; None if nothing is taken of it."""
    taken = {column.becomes: column.at for column in columns if column.becomes not in ("", OPEN)}
    if not taken:
        return None
    rows = ((line, list(cells)) for line, cells in sample.rows)
    table = replace(sample.table, columns=taken, rows=rows)
    lines = BusinessLines(sample.lines.spelled.values())
    return read_people(table, sample.places, lines, month_first=month_first)


def _chosen(
    rows: list[tuple[int, list[Cell]]], reasons: dict[int, str], other: int | None
) -> list[tuple[int, list[Cell]]]:
    if other is None:
        return rows[:_LINES]
    mixed = random.Random(other).sample(rows, len(rows))  # noqa: S311 (which lines are shown)
    mixed.sort(key=lambda row: row[0] not in reasons)
    return sorted(mixed[:_LINES], key=lambda row: row[0])


def evidence_of(sample: Sample, columns: list[Column], reading: Reading | None) -> dict[str, str]:
    """Return why a file is read as it is, part by part."""
    return {
        "encoding": _names_evidence(sample, columns),
        "delimiter": _widths_evidence(sample),
        "line": _headings_evidence(sample.table),
        "dates": _dates_evidence(columns, reading),
    }


def _names_evidence(sample: Sample, columns: list[Column]) -> str:
    names = list(islice(_accented(sample, columns), 2))
    if not names:
        return _("No name has accents or special letters.")
    if len(names) == 1:
        return _("A name in the file: “%(name)s”.") % {"name": names[0]}
    return _("Names in the file: “%(first)s” and “%(second)s”.") % {
        "first": names[0],
        "second": names[1],
    }


def _accented(sample: Sample, columns: list[Column]) -> Iterator[str]:
    """Yield different names with letters that only the right encoding shows."""
    places = [c.at for c in columns if c.becomes in ("last_name", "first_name")]
    seen = set()
    for _line, cells in sample.rows:
        for text in (text_of(cells[at])[:30] for at in places if at < len(cells)):
            if not text.isascii() and text not in seen:
                seen.add(text)
                yield text


def _widths_evidence(sample: Sample) -> str:
    widths = Counter(len(cells) for _line, cells in sample.rows)
    (width, count), rows = widths.most_common(1)[0], len(sample.rows)
    words = (
        ngettext(
            "%(n)s cell in each of %(rows)s rows", "%(n)s cells in each of %(rows)s rows", width
        )
        if count == rows
        else ngettext(
            "%(n)s cell in %(count)s of %(rows)s rows",
            "%(n)s cells in %(count)s of %(rows)s rows",
            width,
        )
    )
    return words % {"n": number(width), "count": number(count), "rows": number(rows)}


def _headings_evidence(table: Table) -> str:
    known, given = len(table.columns), sum(1 for heading in table.headings if heading)
    return _("%(known)s of %(given)s recognised") % {"known": number(known), "given": number(given)}


def _dates_evidence(columns: list[Column], reading: Reading | None) -> str:
    if reading is None or all(column.becomes != "entered_on" for column in columns):
        return _("No column has dates")
    bad = sum(note.reason == BAD_DATE for note in reading.notes)
    if not bad:
        return _("All dates are valid")
    return ngettext(
        "%(n)s invalid date, imported without it",
        "%(n)s invalid dates, imported without them",
        bad,
    ) % {"n": number(bad)}
