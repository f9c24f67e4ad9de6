"""Bringing a personnel file in: planned in full, then written in full or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import BusinessLine, Site
from programmes.reading.refusal import ImportRefusedError
from stakeholders.accounts.models import User
from stakeholders.importing.models import ImportRun
from stakeholders.importing.models.importrun import MAX_LEAVERS_PERCENT
from stakeholders.importing.queries.importrun import content_of
from stakeholders.importing.reading.files import read_table
from stakeholders.importing.reading.headings import PEOPLE, PEOPLE_NEEDED
from stakeholders.importing.reading.manner import Manner
from stakeholders.importing.reading.memory import uncollected
from stakeholders.importing.reading.person_facts import (
    BusinessLines,
    PersonFacts,
    Places,
    Workplace,
)
from stakeholders.importing.reading.plan import Plan
from stakeholders.importing.reading.preview import Preview, preview_of
from stakeholders.importing.reading.report import Report
from stakeholders.importing.reading.rows import Watch, nobody, read_people
from stakeholders.importing.services.entries import keep_entries, keep_outcome
from stakeholders.importing.services.upsert import add_people, upsert_people
from stakeholders.people.models import Contact, HeadCount, Person


class Surroundings(NamedTuple):
    """What a file is read against: the sites, and the names of the business lines."""

    places: tuple[Workplace, ...]
    lines: tuple[str, ...]

    @classmethod
    def known(cls, *, in_turn: bool = False) -> "Surroundings":
        """Return them as they are now; in turn, that is when no other import is under way."""
        sites = Site.objects.order_by("pk")
        if in_turn:
            sites = sites.select_for_update(no_key=True)
        places = tuple(Workplace(*row) for row in sites.values_list("pk", "name", "language"))
        return cls(places, tuple(BusinessLine.objects.values_list("name", flat=True)))


def plan_people(content: bytes, *, encoding: str = "") -> Plan:
    """Return what a personnel file would do; nothing is written.

    Args:
        content: the file, CSV or XLSX.
        encoding: of a CSV file, where a person knows it better than the detection.

    Raises:
        ImportRefusedError: the file cannot be brought in at all; the message says what to do.

    """
    return PersonnelFile(content, Manner(encoding=encoding)).compared()


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
    file = PersonnelFile(content, Manner(encoding=encoding))
    with file.in_turn() as plan:
        if plan.needs_confirmation and not confirm_leavers:
            raise ImportRefusedError(refusal_of(plan))
        write_people(plan, now.date())
        run = ImportRun(file_name=name[:255], size=len(content), at=now, by=by, ended_at=now)
        keep_outcome(run, plan)
        keep_entries(run, plan, with_new=plan.known > 0)
    return plan.report


class PersonnelFile:
    """A file that is read once, then compared with everybody, if need be again."""

    def __init__(self, content: bytes, manner: Manner, watch: Watch = nobody) -> None:
        self.content, self.manner, self.watch = content, manner, watch
        # Reading takes longest and needs no lock.
        self.around = Surroundings.known()
        self.plan = self.read()

    @uncollected()
    def read(self) -> Plan:
        """Return the plan of the file, not compared with anybody yet.

        Raises:
            ImportRefusedError: the file cannot be brought in at all; the message says what to do.

        """
        table = read_table(self.content, PEOPLE, PEOPLE_NEEDED, self.manner)
        if not self.around.places:
            raise ImportRefusedError(_("There are no sites yet. Import the sites first."))
        lines = BusinessLines(self.around.lines)
        month_first = self.manner.month_first
        reading = read_people(
            table, Places(self.around.places), lines, month_first=month_first, watch=self.watch
        )
        is_part = table.is_of_report if self.manner.is_part is None else self.manner.is_part
        return Plan(table, reading, lines.new, is_part)

    @uncollected()
    def compared(self) -> Plan:
        """Return what the file would do to the people as they are now."""
        self.plan.compare(_known_people(self.around), _chosen_languages())
        return self.plan

    @contextmanager
    def in_turn(self) -> Iterator[Plan]:
        """Yield what the file does, in a transaction in which no other import is under way.

        Only from here imports take turns, while sending and pages go on (on SQLite, writers wait).
        """
        with transaction.atomic():
            around = Surroundings.known(in_turn=True)
            if around != self.around:
                self.around = around
                self.plan = self.read()
            yield self.compared()


def preview_people(run: ImportRun, manner: Manner, other: int | None = None) -> Preview:
    """Return the beginning of an uploaded file as it will be read (see ``preview_of``)."""
    around = Surroundings.known()
    places, lines = Places(around.places), BusinessLines(around.lines)
    found = Manner.of(run.found)
    return preview_of(content_of(run), manner, found, places, lines, other)


def refusal_of(plan: Plan) -> str:
    """Return why a plan with too many leavers is not applied, and what to do."""
    return _(
        "%(leavers)s of %(known)s known people are missing from this file, more than "
        "%(limit)s %%. Nothing was written. If the file is cut off, export it again; "
        "if they have really left, confirm the leavers (--confirm-leavers)."
    ) % {"leavers": len(plan.leavers), "known": plan.known, "limit": MAX_LEAVERS_PERCENT}


def _known_people(around: Surroundings) -> Iterator[PersonFacts]:
    """Yield everybody, a few at a time, so that an organisation does not fill the memory."""
    places = {place.id: place for place in around.places}
    columns = ["business_line__name" if n == "business_line" else n for n in PersonFacts._fields]
    people = Person.objects.order_by().values_list(*columns)
    for number, last, first, email, language, site, line, *rest in people.iterator(5_000):
        yield PersonFacts(number, last, first, email, language, places[site], line or "", *rest)


def _chosen_languages() -> set[str]:
    """Return the personnel numbers of those whose language was chosen by hand."""
    chosen = Person.objects.filter(language_chosen_at__isnull=False).order_by()
    return set(chosen.values_list("personnel_number", flat=True))


@uncollected()
def write_people(plan: Plan, today: date) -> None:
    """Write what a plan says; who is missing left today. Call it in the plan's turn."""
    BusinessLine.objects.bulk_create(BusinessLine(name=name) for name in plan.new_lines)
    lines = dict(BusinessLine.objects.values_list("name", "pk"))
    left = (person._replace(left_on=today) for person in plan.leavers)
    add_people([_values(person, lines) for person in plan.created])
    known = [*(change.after for change in plan.changes), *left]
    upsert_people(_values(person, lines) for person in known)
    Contact.objects.follow_people()
    HeadCount.objects.merge()


def _values(person: PersonFacts, lines: dict[str, int]) -> tuple[Any, ...]:
    """Return what the columns of a person hold: keys in place of the site and business line."""
    number, last, first, email, language, site, line, *rest = person
    return (number, last, first, email, language, site.id, lines.get(line), *rest)
