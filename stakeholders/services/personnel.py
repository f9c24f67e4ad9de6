"""Bringing a personnel file in: planned in full, then written in full or not at all."""

import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import BusinessLine, Site
from stakeholders.importing.cells import folded
from stakeholders.importing.files import Table, read_table
from stakeholders.importing.headings import PEOPLE, PEOPLE_NEEDED
from stakeholders.importing.refusal import ImportRefusedError
from stakeholders.importing.report import Report
from stakeholders.importing.rows import PersonRow, Place, Places, Reading, read_people
from stakeholders.models import ImportRun, Person, User

MAX_LEAVERS_PERCENT = 10
_CHUNK = 500
_TEXTS = ("last_name", "first_name", "email", "job", "employer", "manager_number")
_WRITTEN = [*_TEXTS, "language", "site", "business_line", "entered_on", "left_on"]


class BusinessLines:
    """Finds a business line by its name; ``new`` has those met for the first time, not saved."""

    def __init__(self) -> None:
        self.known = {folded(line.name): line for line in BusinessLine.objects.all()}
        self.new: list[BusinessLine] = []

    def named(self, name: str) -> BusinessLine | None:
        """Return the line of that name, made where it is new; no name is no line."""
        key = folded(name) or name
        if key and key not in self.known:
            self.known[key] = BusinessLine(name=name)
            self.new.append(self.known[key])
        return self.known.get(key)


@dataclass(frozen=True)
class Change:
    """A person as known, and as the file has them; ``fields`` names what differs."""

    before: Person
    after: Person
    fields: tuple[str, ...]


@dataclass
class Plan:
    """What a file would do, before anything is written.

    Attributes:
        known: people active now.
        created: people to add.
        changes: people to update, with what changes.
        unchanged: how many are as the file says.
        leavers: active people who are not in the file.

    """

    table: Table
    reading: Reading
    known: int = 0
    created: list[Person] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    leavers: list[Person] = field(default_factory=list)
    lines: BusinessLines = field(default_factory=BusinessLines)

    @property
    def needs_confirmation(self) -> bool:
        """Tell whether more than a tenth of the known people would leave."""
        return len(self.leavers) * 100 > self.known * MAX_LEAVERS_PERCENT

    @property
    def report(self) -> Report:
        """Return the plan in numbers and remarks."""
        return Report(
            rows=len(self.table.rows),
            created=len(self.created),
            updated=len(self.changes),
            unchanged=self.unchanged,
            leavers=len(self.leavers),
            returned=sum("left_on" in change.fields for change in self.changes),
            rejected_rows=self.reading.rejected,
            noted_rows=self.reading.notes,
            kind=self.table.kind,
            encoding=self.table.encoding,
            delimiter=self.table.delimiter,
        )


def plan_people(content: bytes, *, encoding: str = "") -> Plan:
    """Return what a personnel file would do; nothing is written.

    Args:
        content: the file, CSV or XLSX.
        encoding: of a CSV file, where a person knows it better than the detection.

    Raises:
        ImportRefusedError: the file cannot be brought in at all; the message says what to do.

    """
    table = read_table(content, PEOPLE, PEOPLE_NEEDED, encoding=encoding)
    places = [Place(*row) for row in Site.objects.values_list("pk", "name", "language")]
    if not places:
        raise ImportRefusedError(_("There are no sites yet. Bring the sites in first."))
    plan = Plan(table, read_people(table, Places(places)))
    known = Person.objects.in_bulk(field_name="personnel_number")
    for row in plan.reading.people.values():
        _compare(plan, known.get(row.number), _told(row, table, plan.lines))
    active = [person for person in known.values() if person.left_on is None]
    plan.known = len(active)
    plan.leavers = [p for p in active if p.personnel_number not in plan.reading.seen]
    return plan


@transaction.atomic
def import_people(
    content: bytes,
    name: str,
    *,
    now: datetime,
    confirm_leavers: bool = False,
    encoding: str = "",
    by: User | None = None,
) -> Report:
    """Bring a personnel file in, all or nothing, and keep its report as an ImportRun.

    Args:
        content: the file, CSV or XLSX.
        name: of the file, for the report.
        now: the moment of the import, aware; who is missing left on its day (UTC).
        confirm_leavers: take the file though more than a tenth of the known people are missing.
        encoding: see ``plan_people``.
        by: who brings it in; nobody for the command.

    Raises:
        ImportRefusedError: nothing was written; the message says what to do.

    """
    # Two imports at a time take turns; reading and sending go on (SQLite has one writer anyway).
    list(Site.objects.select_for_update(no_key=True).values_list("pk"))
    plan = plan_people(content, encoding=encoding)
    if plan.needs_confirmation and not confirm_leavers:
        raise ImportRefusedError(refusal_of(plan))
    _apply(plan, now.date())
    report = plan.report
    ImportRun.objects.create(file_name=name[:255], at=now, by=by, report=report.as_dict())
    return report


def refusal_of(plan: Plan) -> str:
    """Return why a plan with too many leavers is not applied, and what to do."""
    return _(
        "%(leavers)s of %(known)s known people are missing from this file, more than "
        "%(limit)s %%. Nothing was written. If the file is cut off, export it again; "
        "if they have really left, confirm the leavers (--confirm-leavers)."
    ) % {"leavers": len(plan.leavers), "known": plan.known, "limit": MAX_LEAVERS_PERCENT}


def _told(row: PersonRow, table: Table, lines: BusinessLines) -> dict[str, Any]:
    """Return what a row tells of a person, without what the file has no column for."""
    told: dict[str, Any] = {n: row.texts[n] for n in _TEXTS if n in table.columns}
    told |= {"personnel_number": row.number, "site_id": row.site.id, "left_on": None}
    told["language"] = row.language
    if "business_line" in table.columns:
        told["business_line"] = lines.named(row.texts["business_line"])
    if row.entered_on:
        told["entered_on"] = row.entered_on
    return told


def _compare(plan: Plan, known: Person | None, told: dict[str, Any]) -> None:
    if known is None:
        plan.created.append(Person(**told))
        return
    if "language" not in plan.table.columns:
        told.pop("language")
    fields = tuple(name for name, value in told.items() if _differs(known, name, value))
    if not fields:
        plan.unchanged += 1
        return
    after = copy.copy(known)
    # Written by personnel number, like a new one (see write_people).
    after.pk = None
    for name in fields:
        setattr(after, name, told[name])
    plan.changes.append(Change(known, after, fields))


def _differs(known: Person, name: str, value: Any) -> bool:
    if name == "business_line":
        return (value is not None and value.pk is None) or (
            known.business_line_id != (value and value.pk)
        )
    before = getattr(known, name)
    if name == "email":
        return bool(before.casefold() != value.casefold())
    return bool(before != value)


def _apply(plan: Plan, today: date) -> None:
    people = [*plan.created, *(change.after for change in plan.changes)]
    BusinessLine.objects.bulk_create(plan.lines.new)
    write_people(people)
    pks = [person.pk for person in plan.leavers]
    for start in range(0, len(pks), _CHUNK):
        Person.objects.filter(pk__in=pks[start : start + _CHUNK]).update(left_on=today)


def write_people(people: list[Person]) -> None:
    """Insert or update people by personnel number.

    The one place that writes them: where PostgreSQL should take a COPY into a staging table
    instead, it goes here.
    """
    Person.objects.bulk_create(
        people,
        batch_size=_CHUNK,
        update_conflicts=True,
        unique_fields=["personnel_number"],
        update_fields=_WRITTEN,
    )
