"""Bringing a personnel file in: planned in full, then written in full or not at all."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import BusinessLine, Site
from stakeholders.importing.facts import BusinessLines, Facts, Place, Places
from stakeholders.importing.files import read_table
from stakeholders.importing.headings import PEOPLE, PEOPLE_NEEDED
from stakeholders.importing.plan import MAX_LEAVERS_PERCENT, Plan
from stakeholders.importing.refusal import ImportRefusedError
from stakeholders.importing.report import Report
from stakeholders.importing.rows import read_people
from stakeholders.models import ImportRun, Person, User
from stakeholders.services.upsert import upsert_people


class Surroundings(NamedTuple):
    """What a file is read against: the sites, and the names of the business lines."""

    places: tuple[Place, ...]
    lines: tuple[str, ...]

    @classmethod
    def known(cls, *, in_turn: bool = False) -> "Surroundings":
        """Return them as they are now; in turn, that is when no other import is under way."""
        sites = Site.objects.order_by("pk")
        if in_turn:
            sites = sites.select_for_update(no_key=True)
        places = tuple(Place(*row) for row in sites.values_list("pk", "name", "language"))
        return cls(places, tuple(BusinessLine.objects.values_list("name", flat=True)))


def plan_people(content: bytes, *, encoding: str = "") -> Plan:
    """Return what a personnel file would do; nothing is written.

    Args:
        content: the file, CSV or XLSX.
        encoding: of a CSV file, where a person knows it better than the detection.

    Raises:
        ImportRefusedError: the file cannot be brought in at all; the message says what to do.

    """
    around = Surroundings.known()
    plan = _read(content, encoding, around)
    plan.compare(_known_people(around), _chosen_languages())
    return plan


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
    # Reading takes longest and needs no lock. Only then imports take turns, while sending and
    # pages go on (on SQLite, writers wait from here).
    around = Surroundings.known()
    plan = _read(content, encoding, around)
    with transaction.atomic():
        now_around = Surroundings.known(in_turn=True)
        if now_around != around:
            plan = _read(content, encoding, now_around)
        plan.compare(_known_people(now_around), _chosen_languages())
        if plan.needs_confirmation and not confirm_leavers:
            raise ImportRefusedError(refusal_of(plan))
        _write(plan, now.date())
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


def _read(content: bytes, encoding: str, around: Surroundings) -> Plan:
    """Return the plan of a file that has not been compared with anybody yet."""
    table = read_table(content, PEOPLE, PEOPLE_NEEDED, encoding=encoding)
    if not around.places:
        raise ImportRefusedError(_("There are no sites yet. Bring the sites in first."))
    lines = BusinessLines(around.lines)
    reading = read_people(table, Places(around.places), lines)
    return Plan(table, reading, lines.new)


def _known_people(around: Surroundings) -> Iterator[Facts]:
    """Yield everybody, a few at a time, so that an organisation does not fill the memory."""
    places = {place.id: place for place in around.places}
    columns = ["business_line__name" if n == "business_line" else n for n in Facts._fields]
    people = Person.objects.order_by().values_list(*columns)
    for number, last, first, email, language, site, line, *rest in people.iterator(5_000):
        yield Facts(number, last, first, email, language, places[site], line or "", *rest)


def _chosen_languages() -> set[str]:
    """Return the personnel numbers of those whose language was chosen by hand."""
    chosen = Person.objects.filter(language_chosen_at__isnull=False).order_by()
    return set(chosen.values_list("personnel_number", flat=True))


def _write(plan: Plan, today: date) -> None:
    BusinessLine.objects.bulk_create(BusinessLine(name=name) for name in plan.new_lines)
    lines = dict(BusinessLine.objects.values_list("name", "pk"))
    left = (person._replace(left_on=today) for person in plan.leavers)
    people = [*plan.created, *(change.after for change in plan.changes), *left]
    upsert_people(_values(person, lines) for person in people)


def _values(person: Facts, lines: dict[str, int]) -> tuple[Any, ...]:
    """Return what the columns of a person hold: keys in place of the site and business line."""
    number, last, first, email, language, site, line, *rest = person
    return (number, last, first, email, language, site.id, lines.get(line), *rest)
