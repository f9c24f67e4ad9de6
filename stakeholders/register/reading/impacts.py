"""Judging a file of impacts: what is new, what changes and into what, and what is wrong.

A cell that says what the impact holds already is no change, so that a file that was exported and
comes back as it is changes nothing. A column that is missing leaves what there is.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from programmes.design.folding import folded
from programmes.models import Programme
from programmes.reading.cells import Cell, kept, text_of
from programmes.reading.limits import MEGABYTE, Most
from programmes.reading.refusal import ImportRefusedError
from programmes.scope import Scope
from stakeholders.importing.reading.files import read_table
from stakeholders.importing.reading.headings import doubled
from stakeholders.importing.reading.manner import FOUND_OUT
from stakeholders.register.models import Impact
from stakeholders.register.models.impact import Severity
from stakeholders.register.queries.impact import TEXTS, Alike, alike_among, hidden_sites
from stakeholders.register.queries.impact_cells import (
    DIMENSIONS,
    HEADINGS,
    SEVERITIES,
    cells_of,
    worded,
)
from stakeholders.register.reading.names import Named, names_in, reference_in

# It is judged and written while somebody waits for the page.
# The page hands the file on to the next one, and a form takes a megabyte.
IMPACTS_FILE = Most(600 * 1024, 10 * MEGABYTE, rows=500, columns=50)
# Older headings of our own files, and what others write.
ALSO = {
    "reference": ("Ref", "Réf", "ID"),
    "name": ("Impact",),
    "before": ("Today", "Aujourd’hui"),
    "after": ("From go-live on", "À partir de la mise en service"),
    "benefit": ("What it is good for", "Ce que cela apporte"),
}
KNOWN = {
    name: frozenset(folded(one) for one in (*words, *ALSO.get(name, ())))
    for name, words in HEADINGS.items()
}
NEEDED = ("name",)
NEW_NEEDS = ("name", "dimension", "severity", "personas")
LINES = (*TEXTS, "accepted_why")
# What a row names by a word, one or several.
ONE = ("stream", "service", "wave", "owner")
SEVERAL = ("personas", "business_lines", "sites", "supports")
# Checked when their names were found.
FOUND = {"number", "programme", "stream", "wave", "service", "owner", "accepted_by"}


@dataclass(frozen=True)
class ImpactLine:
    """What a row of the file asks for.

    Attributes:
        line: its row in the file.
        impact: the impact as it is now; a new one has no key.
        values: of each column that changes, as the services take them.
        changes: column in words, what is there, what comes.
        alike: impacts, and rows above, that a new one may be the same as.

    """

    line: int
    impact: Impact
    values: dict[str, Any]
    changes: list[tuple[str, str, str]]
    alike: Sequence[Alike] = ()

    @property
    def is_new(self) -> bool:
        return self.impact.pk is None

    @property
    def name(self) -> str:
        return str(self.values.get("name", self.impact.name))


@dataclass(frozen=True)
class ImpactsFile:
    """The rows of a file: those that change something, how many do not, and what is wrong."""

    lines: list[ImpactLine]
    unchanged: int
    reasons: Mapping[int, list[str]]

    @property
    def new(self) -> list[ImpactLine]:
        return [line for line in self.lines if line.is_new]

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of what a preview shows of it."""
        facts = [[line.line, line.impact.pk, line.changes] for line in self.lines]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    @property
    def doubtful(self) -> list[ImpactLine]:
        """Return the new ones that may be there already."""
        return [line for line in self.new if line.alike]

    @property
    def changed(self) -> list[ImpactLine]:
        return [line for line in self.lines if not line.is_new]


def read_impacts(content: bytes, programme: Programme, scope: Scope) -> ImpactsFile:
    """Return what the rows of a file ask for, in a number of queries that is fixed.

    Raises:
        ImportRefusedError: the file cannot be read, is too large, or has a column twice.

    """
    table = read_table(content, KNOWN, NEEDED, FOUND_OUT, IMPACTS_FILE, heading_of)
    if twice := doubled(table.headings, KNOWN):
        text = _("Columns with the same meaning: %(headings)s. Keep one, remove the others.")
        raise ImportRefusedError(text % {"headings": ", ".join(f"“{one}”" for one in twice)})
    judge = _Judge(programme, scope)
    judged = [judge.row(line, table.values(cells)) for line, cells in table.rows]
    return ImpactsFile(
        lines=[one for one in judged if one and one.values and one.line not in judge.reasons],
        unchanged=sum(1 for one in judged if one and not one.values),
        reasons=judge.reasons,
    )


def heading_of(name: str) -> str:
    return worded(HEADINGS[name])


class _Judge:
    """What is known of a programme, against which the rows of one file are read."""

    def __init__(self, programme: Programme, scope: Scope) -> None:
        self.programme, self.scope = programme, scope
        self.known: Mapping[str, Named] = names_in(programme, scope)
        # With what was removed, so that its reference says so.
        found = Impact.objects.within(scope).with_whom()
        self.impacts = {impact.number: impact for impact in found}
        self.present = [impact for impact in self.impacts.values() if not impact.removed_at]
        self.rows: dict[int, int] = {}
        self.added: list[Alike] = []
        self.reasons: dict[int, list[str]] = {}

    def row(self, line: int, cells: Mapping[str, Cell]) -> ImpactLine | None:
        """Return what a row asks for; None, and a reason, where it names no impact."""
        try:
            impact = self._impact(line, text_of(cells.get("reference")))
        except ValidationError as wrong:
            self._refuse(line, "reference", wrong)
            return None
        there = cells_of(impact, self.scope) if impact.pk else dict.fromkeys(HEADINGS, "")
        said = {name: _written(name, cell) for name, cell in cells.items() if name != "reference"}
        changed = {n: text for n, text in said.items() if text != _written(n, there[n])}
        values = self._values(line, changed)
        if "sites" in values:
            values["sites"] += hidden_sites(impact, self.scope)
        values = {name: value for name, value in values.items() if not _holds(impact, name, value)}
        needs: tuple[str, ...] = () if impact.pk else NEW_NEEDS
        for name in needs:
            if not said.get(name):
                self._refuse(line, name, ValidationError(_("Fill in this cell.")))
        self._check(line, impact, values)
        changes = [(heading_of(name), there[name], changed[name]) for name in values]
        found = ImpactLine(line, impact, values, changes)
        return self._beside_others(found) if found.is_new else found

    def _beside_others(self, line: ImpactLine) -> ImpactLine:
        """Return a new one with what it may be the same as, among impacts and rows above it."""
        alike = alike_among(line.name, [*self.present, *self.added])
        row = _("Row %(n)s") % {"n": line.line}
        self.added.append(Alike(None, row, line.name, 1))
        return replace(line, alike=alike)

    def _impact(self, line: int, reference: str) -> Impact:
        if not reference:
            return Impact(programme=self.programme)
        number = reference_in(reference)
        impact = self.impacts.get(number)
        if impact is None:
            text = _("There is no impact %(reference)s. Leave the cell empty to add a new one.")
            raise ValidationError(text % {"reference": reference})
        if impact.removed_at:
            text = _("%(reference)s was removed. Remove the row, or leave the cell empty.")
            raise ValidationError(text % {"reference": reference})
        if first := self.rows.get(number):
            text = _("%(reference)s is already in row %(row)s. Keep one of the two rows.")
            raise ValidationError(text % {"reference": reference, "row": first})
        self.rows[number] = line
        return impact

    def _values(self, line: int, changed: Mapping[str, str]) -> dict[str, Any]:
        values = {}
        for name, text in changed.items():
            try:
                values[name] = self._value(name, text)
            except ValidationError as wrong:
                self._refuse(line, name, wrong)
        return values

    def _value(self, name: str, text: str) -> Any:
        if name in ONE:
            return self.known[name].one(text)
        if name in SEVERAL:
            return self.known[name].several(text)
        return READERS.get(name, str)(text)

    def _check(self, line: int, impact: Impact, values: Mapping[str, Any]) -> None:
        """Add what is wrong in an impact that would hold these values."""
        if not values or line in self.reasons:
            return
        tried = copy(impact)
        for name, value in values.items():
            if name not in SEVERAL:
                setattr(tried, name, value)
        touched = (impact, tried) if impact.pk else (tried,)
        if not all(self.scope.writes(one.stream_id, "register.write") for one in touched):
            text = _(
                "You can edit impacts of your own stream only. "
                "Enter your stream, or remove the row."
            )
            self._refuse(line, "stream", ValidationError(text))
        try:
            tried.clean_fields(exclude=FOUND)
        except ValidationError as wrong:
            for column, faults in wrong.error_dict.items():
                self._refuse(line, column, ValidationError(faults))
        if tried.until_days is not None and tried.until_days < tried.offset_days:
            text = _("“Matters until” must not be before “Begins”.")
            self._refuse(line, "until_days", ValidationError(text))

    def _refuse(self, line: int, name: str, wrong: ValidationError) -> None:
        text = _("“%(heading)s”: %(reason)s")
        reason = " ".join(wrong.messages)
        self.reasons.setdefault(line, []).append(
            text % {"heading": heading_of(name), "reason": reason}
        )


def _holds(impact: Impact, name: str, value: Any) -> bool:
    """Tell whether an impact has a value already, in whatever language its cell was written."""
    if impact.pk is None:
        return False
    if name in SEVERAL:
        return set(getattr(impact, name).all()) == set(value)
    return bool(getattr(impact, name) == value)


def _written(name: str, cell: Cell) -> str:
    """Return a cell as it is compared: texts keep their lines, all else is one line."""
    if name not in LINES:
        return text_of(cell)
    lines = (text_of(line) for line in kept(cell).strip().splitlines())
    return "\n".join(lines)


def _days(text: str, *, empty: int | None) -> int | None:
    if not text:
        return empty
    try:
        return int(text.replace("\u2212", "-"))
    except ValueError as error:
        sentence = _("“%(text)s” is not a number of days. Enter one, such as 0 or -14.")
        raise ValidationError(sentence % {"text": text}) from error


def _choice(words: Mapping[Any, Iterable[str]], text: str) -> Any:
    """Return the choice that a word names, in either language, or by its key."""
    wanted = folded(text)
    for key, spellings in words.items():
        if wanted in {folded(str(key)), *map(folded, spellings)}:
            return key
    known = ", ".join(worded(tuple(pair)) for pair in words.values())  # type: ignore[arg-type]
    raise ValidationError(_("Enter one of: %(known)s.") % {"known": known})


# Files that were exported before still say so.
FORMER_SEVERITIES = {"some": Severity.SOME}
READERS: Mapping[str, Callable[[str], Any]] = {
    "dimension": lambda text: _choice(DIMENSIONS, text),
    "severity": lambda text: FORMER_SEVERITIES.get(folded(text)) or _choice(SEVERITIES, text),
    "offset_days": lambda text: _days(text, empty=0),
    "until_days": lambda text: _days(text, empty=None),
}
