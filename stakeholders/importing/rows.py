"""Judging people: each row is taken, taken with a note, or rejected with a reason."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, cast

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from programmes.models import BusinessLine
from stakeholders.importing.cells import Cell, date_of, folded, text_of, writes_month_first
from stakeholders.importing.files import Table
from stakeholders.importing.languages import code_of
from stakeholders.models import Person

NO_NUMBER, NO_NAME, TOO_LONG = "no_number", "no_name", "too_long"
NO_MAIL, BAD_MAIL, UNKNOWN_SITE = "no_mail", "bad_mail", "unknown_site"
DUPLICATE, UNKNOWN_LANGUAGE, BAD_DATE = "duplicate_rows", "unknown_language", "bad_date"
NOTES = (DUPLICATE, UNKNOWN_LANGUAGE, BAD_DATE)

_valid_mail = EmailValidator(allowlist=[])
# The longest text that each column keeps.
_MOST = {
    name: cast(Any, Person._meta.get_field(name)).max_length
    for name in ("personnel_number", "last_name", "first_name", "email", "job", "employer")
}
_MOST["manager_number"] = _MOST["personnel_number"]
_MOST["business_line"] = cast(Any, BusinessLine._meta.get_field("name")).max_length


class Place(NamedTuple):
    """A site as far as a row needs it."""

    id: int
    name: str
    language: str


class Places:
    """Finds a site by its name, whatever its case, accents and blanks."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.exact = {text_of(place.name): place for place in places}
        spelled = Counter(map(folded, self.exact))
        self.alike = {
            folded(name): place for name, place in self.exact.items() if spelled[folded(name)] == 1
        }

    def find(self, name: str) -> Place | None:
        """Return the site of that name; two that differ in accents alone need them typed."""
        return self.exact.get(name) or self.alike.get(folded(name) or name)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What a row says of a person. ``entered_on`` is None where no day is given."""

    line: int
    site: Place
    language: str
    texts: dict[str, str]
    entered_on: date | None

    @property
    def number(self) -> str:
        """Return the personnel number, the key of a person."""
        return self.texts["personnel_number"]


class Remark(NamedTuple):
    """Something about a row that its owner should know."""

    line: int
    reason: str
    personnel_number: str
    value: str


@dataclass
class Reading:
    """All rows of a file, judged.

    Attributes:
        people: the rows to take, by personnel number.
        rejected: rows not taken.
        notes: what was passed over or replaced in rows that are known or taken.
        seen: personnel numbers in the file, of rejected rows too: they have not left.

    """

    people: dict[str, PersonRow] = field(default_factory=dict)
    rejected: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


class RowRejectedError(Exception):
    """Why one row is not taken: a reason and the value at fault."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.reason, self.value = reason, value


def read_people(table: Table, places: Places) -> Reading:
    """Return all rows judged. Of several good rows with one number the first counts."""
    reading = Reading()
    days = [table.values(cells).get("entered_on") for _line, cells in table.rows]
    month_first = writes_month_first(days)
    for line, cells in table.rows:
        _take(reading, line, table.values(cells), places, month_first)
    return reading


def _take(
    reading: Reading, line: int, values: dict[str, Cell], places: Places, month_first: bool
) -> None:
    texts = {name: text_of(values.get(name)) for name in _MOST}
    number = texts["personnel_number"]
    if number in reading.people:
        reading.notes.append(Remark(line, DUPLICATE, number, ""))
        return
    try:
        site = _judged(texts, text_of(values.get("site")), places)
    except RowRejectedError as error:
        _reject(reading, line, number, error)
        return
    notes: list[tuple[str, str]] = []
    language = _language(values, site, notes)
    entered_on = _entered(values, month_first, notes)
    reading.people[number] = PersonRow(line, site, language, texts, entered_on)
    reading.seen.add(number)
    reading.notes += [Remark(line, note, number, value[:200]) for note, value in notes]


def _reject(reading: Reading, line: int, number: str, error: RowRejectedError) -> None:
    """Reject a row; a second bad row of one person is a duplicate, not a second rejection."""
    if number and number in reading.seen:
        reading.notes.append(Remark(line, DUPLICATE, number, ""))
        return
    reading.rejected.append(Remark(line, error.reason, number[:200], error.value[:200]))
    reading.seen.update({number} - {""})


def _judged(texts: dict[str, str], site: str, places: Places) -> Place:
    """Return the site of a row that can be taken.

    Raises:
        RowRejectedError: it cannot be.

    """
    if not texts["personnel_number"]:
        raise RowRejectedError(NO_NUMBER)
    if not texts["email"]:
        raise RowRejectedError(NO_MAIL)
    if not is_mail(texts["email"]):
        raise RowRejectedError(BAD_MAIL, texts["email"])
    if (place := places.find(site)) is None:
        raise RowRejectedError(UNKNOWN_SITE, site)
    if not texts["last_name"] and not texts["first_name"]:
        raise RowRejectedError(NO_NAME)
    if too_long := [text for name, text in texts.items() if len(text) > _MOST[name]]:
        raise RowRejectedError(TOO_LONG, too_long[0])
    return place


def is_mail(text: str) -> bool:
    """Tell whether a text is one mail address and nothing else, fit for a header."""
    try:
        _valid_mail(text)
    except ValidationError:
        return False
    return True


def _language(values: dict[str, Cell], site: Place, notes: list[tuple[str, str]]) -> str:
    """Return the language of a row; an unknown one is noted and gives the site's."""
    if "language" not in values:
        return site.language
    text = text_of(values["language"])
    code = code_of(text[:80])
    if code is None:
        notes.append((UNKNOWN_LANGUAGE, text))
    return code or site.language


def _entered(
    values: dict[str, Cell], month_first: bool, notes: list[tuple[str, str]]
) -> date | None:
    cell = values.get("entered_on")
    try:
        return date_of(cell, month_first=month_first)
    except (ValueError, OverflowError):
        notes.append((BAD_DATE, text_of(cell)))
        return None
