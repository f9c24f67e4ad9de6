"""Judging people: each row is taken, taken with a note, or rejected with a reason."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple, cast

from django.core.validators import EmailValidator

from programmes.design.languages import code_of
from programmes.models import BusinessLine
from programmes.reading.cells import (
    Cell,
    date_of,
    packed,
    text_of,
    unpacked,
    writes_month_first,
)
from stakeholders.importing.reading.files import Table
from stakeholders.importing.reading.person_facts import (
    BusinessLines,
    PersonFacts,
    Places,
    Workplace,
)
from stakeholders.people.models import Person

NO_NUMBER, NO_NAME, TOO_LONG = "no_number", "no_name", "too_long"
NO_MAIL, BAD_MAIL, UNKNOWN_SITE = "no_mail", "bad_mail", "unknown_site"
DUPLICATE, UNKNOWN_LANGUAGE, BAD_DATE = "duplicate_rows", "unknown_language", "bad_date"
KEPT_LANGUAGE = "kept_language"
NOTES = (DUPLICATE, UNKNOWN_LANGUAGE, BAD_DATE)

_WATCH_ROWS = 5_000
Watch = Callable[[int], None]


def nobody(_rows: int) -> None:
    """Watch nothing."""


# Django's rules for an address, of which that for the domain is asked once for each.
_LONGEST_MAIL = 320
_mailbox = EmailValidator.user_regex.match
_is_domain = lru_cache(maxsize=10_000)(EmailValidator(allowlist=[]).validate_domain_part)


class Row(NamedTuple):
    """A row as clean text, but the day as it stands; ``line`` is where it begins in the file.

    ``cells`` are all of the row as they stand, packed.
    """

    line: int
    personnel_number: str
    email: str
    last_name: str
    first_name: str
    business_line: str
    job: str
    employer: str
    manager_number: str
    site: str
    language: str
    entered_on: Cell
    cells: str


def _limit(name: str) -> int:
    """Return how long a text may be that is kept as it stands."""
    model, column = (BusinessLine, "name") if name == "business_line" else (Person, name)
    return int(cast(Any, model._meta.get_field(column)).max_length)


_LIMITS = tuple(map(_limit, Row._fields[1:9]))
_ALWAYS_FITS = min(_LIMITS)


class Remark(NamedTuple):
    """Something about a row that its owner should know; ``cells`` are the row as it stands."""

    line: int
    reason: str
    personnel_number: str
    value: str
    cells: list[str]

    def told(self) -> dict[str, Any]:
        """Return it as plain values for JSON, without the cells."""
        told = self._asdict()
        del told["cells"]
        return told


@dataclass
class Reading:
    """All rows of a file, judged.

    Attributes:
        rows: how many are not blank.
        people: what the rows to take say, by personnel number. What the file has no column for
            is empty, but the language is the site's.
        rejected: rows not taken.
        notes: what was passed over or replaced in rows that are known or taken.
        seen: personnel numbers in the file, of rejected rows too: they have not left.
        lines: where the row of each of ``people`` begins in the file.

    """

    rows: int = 0
    people: dict[str, PersonFacts] = field(default_factory=dict)
    rejected: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    lines: dict[str, int] = field(default_factory=dict)


class RowRejectedError(Exception):
    """Why one row is not taken: a reason and the value at fault."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.reason, self.value = reason, value


def read_people(
    table: Table,
    places: Places,
    lines: BusinessLines,
    *,
    month_first: bool | None = None,
    watch: Watch = nobody,
) -> Reading:
    """Return all rows judged. Of several good rows with one number the first counts.

    Args:
        table: the file.
        places: the sites.
        lines: the business lines; new ones are added.
        month_first: how dates are written; None is found out.
        watch: is told now and then how many rows are read.

    """
    rows = list(_watched(_cleaned(table), watch))
    reading = Reading(len(rows))
    if month_first is None:
        month_first = writes_month_first(row.entered_on for row in rows)
    judge = Judge(table, places, lines, month_first=month_first)
    for row in rows:
        if row.personnel_number in reading.people:
            reading.notes.append(_remark(row, DUPLICATE))
            continue
        try:
            reading.people[row.personnel_number] = judge.facts(row, reading.notes)
            reading.lines[row.personnel_number] = row.line
        except RowRejectedError as error:
            _reject(reading, row, error)
    reading.seen.update(reading.people)
    return reading


def _cleaned(table: Table) -> Iterator[Row]:
    # Few texts are found in one row only; of all others one copy is kept.
    shared = cache(text_of)
    for line, (number, email, *others, day), cells in table.picked(Row._fields[1:-1]):
        yield Row._make(
            (line, text_of(number), text_of(email), *map(shared, others), day, packed(cells))
        )


def _watched(rows: Iterable[Row], watch: Watch) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count % _WATCH_ROWS == 0:
            watch(count)
        yield row


def _reject(reading: Reading, row: Row, error: RowRejectedError) -> None:
    """Reject a row; a second bad row of one person is a duplicate, not a second rejection."""
    number = row.personnel_number
    if number and number in reading.seen:
        reading.notes.append(_remark(row, DUPLICATE))
        return
    reading.rejected.append(_remark(row, error.reason, error.value))
    reading.seen.update({number} - {""})


class Judge:
    """Judges the rows of one file."""

    def __init__(
        self, table: Table, places: Places, lines: BusinessLines, *, month_first: bool
    ) -> None:
        self.place, self.business_line = places.find, cache(lines.named)
        self.has_language = "language" in table.columns
        self.day = cache(partial(date_of, month_first=month_first))

    def facts(self, row: Row, notes: list[Remark]) -> PersonFacts:
        """Return what a row says of a person; what had to be replaced is noted.

        Raises:
            RowRejectedError: the row cannot be taken.

        """
        place = self.place_of(row)
        return PersonFacts(
            personnel_number=row.personnel_number,
            last_name=row.last_name,
            first_name=row.first_name,
            email=row.email,
            language=self.language(row, place, notes),
            site=place,
            business_line=self.business_line(row.business_line),
            job=row.job,
            employer=row.employer,
            manager_number=row.manager_number,
            entered_on=self.entered_on(row, notes),
            left_on=None,
        )

    def place_of(self, row: Row) -> Workplace:
        """Return the site of a row that can be taken.

        Raises:
            RowRejectedError: the row cannot be taken.

        """
        if not row.personnel_number:
            raise RowRejectedError(NO_NUMBER)
        if not row.email:
            raise RowRejectedError(NO_MAIL)
        if not is_mail(row.email):
            raise RowRejectedError(BAD_MAIL, row.email)
        if (place := self.place(row.site)) is None:
            raise RowRejectedError(UNKNOWN_SITE, row.site)
        if not row.last_name and not row.first_name:
            raise RowRejectedError(NO_NAME)
        if max(map(len, row[1:9])) > _ALWAYS_FITS and (text := _too_long(row)):
            raise RowRejectedError(TOO_LONG, text)
        return place

    def language(self, row: Row, place: Workplace, notes: list[Remark]) -> str:
        """Return the language of a row; an unknown one is noted and gives the site's."""
        if not self.has_language:
            return place.language
        code = code_of(row.language[:80])
        if code is None:
            notes.append(_remark(row, UNKNOWN_LANGUAGE, row.language))
        return code or place.language

    def entered_on(self, row: Row, notes: list[Remark]) -> date | None:
        """Return the day of entry; what is no day is noted."""
        try:
            return self.day(row.entered_on)
        except (ValueError, OverflowError):
            notes.append(_remark(row, BAD_DATE, text_of(row.entered_on)))
            return None


def _remark(row: Row, reason: str, value: str = "") -> Remark:
    return Remark(row.line, reason, row.personnel_number[:200], value[:200], unpacked(row.cells))


def _too_long(row: Row) -> str:
    return next((t for t, most in zip(row[1:9], _LIMITS, strict=True) if len(t) > most), "")


def is_mail(text: str) -> bool:
    """Tell whether a text is one mail address and nothing else, fit for a header."""
    mailbox, _at, domain = text.rpartition("@")
    return len(text) <= _LONGEST_MAIL and bool(_mailbox(mailbox)) and _is_domain(domain)
