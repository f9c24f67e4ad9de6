"""Keeping what an import does: the numbers on the run, and an entry for each person and line."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from programmes.reading.cells import kept
from stakeholders.importing.models import EntryKind, ImportRun
from stakeholders.importing.models.reason import reason_word
from stakeholders.importing.queries.importrun import entries_of
from stakeholders.importing.reading.headings import PEOPLE
from stakeholders.importing.reading.person_facts import PersonFacts, Workplace
from stakeholders.importing.reading.plan import Change, Plan
from stakeholders.importing.reading.rows import Remark
from stakeholders.importing.services.upsert import add_entries
from stakeholders.people.exports import workbook

MOST_MOVES = 3


def keep_outcome(run: ImportRun, plan: Plan) -> None:
    """Keep on a run, and save it, what a plan says in numbers, and its report."""
    run.effect = effect_of(plan)
    run.headings = plan.table.headings
    run.report = plan.report.as_dict()
    run.save()


def effect_of(plan: Plan) -> dict[str, Any]:
    """Return what a plan does, in numbers, as plain values for JSON.

    Besides the numbers of the report: ``known`` people now, ``spared`` ones whose row is
    rejected, ``fields`` that change and of how many who stay, ``moves`` between sites (from, to,
    how many; most first) and ``move_kinds`` of them, ``sites`` with how many people more or less.
    """
    told = {k: v for k, v in plan.report.as_dict().items() if not isinstance(v, list)}
    staying = [change for change in plan.changes if "left_on" not in change.fields]
    fields = Counter(name for change in staying for name in change.fields)
    moves = Counter((c.before.site.name, c.after.site.name) for c in staying if "site" in c.fields)
    observed = Counter(remark.reason for remark in plan.observed)
    return {
        **told,
        "notes": {**told["notes"], **observed},
        "known": plan.known,
        "spared": plan.spared,
        "is_part": plan.is_part,
        "fields": dict(fields.most_common()),
        "moves": [[*way, n] for way, n in moves.most_common(MOST_MOVES)],
        "move_kinds": len(moves),
        "sites": _by_site(plan),
    }


def _by_site(plan: Plan) -> dict[str, dict[str, int]]:
    """Return by site id how many people come (``plus``, of them ``new``) and go (``minus``)."""
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for site, new in Counter(person.site.id for person in plan.created).items():
        counts[site].update(plus=new, new=new)
    for person in plan.leavers:
        counts[person.site.id].update(minus=1)
    for before, after, fields in plan.changes:
        if before.left_on is not None:
            counts[after.site.id].update(plus=1)
        elif "site" in fields:
            counts[before.site.id].update(minus=1)
            counts[after.site.id].update(plus=1)
    return {str(site): dict(count) for site, count in counts.items()}


def fingerprint_of(plan: Plan) -> str:
    """Return a hash of all that a plan does: another effect has another one."""
    told = hashlib.sha256()
    for part in (plan.created, plan.changes, plan.leavers, plan.reading.rejected, plan.new_lines):
        told.update(b"\x1d")
        for one in part:
            told.update(repr(one).encode("utf-8", "replace"))
    return told.hexdigest()


def keep_entries(run: ImportRun, plan: Plan, *, with_new: bool = True) -> None:
    """Keep an entry for each person and line; call it in a transaction.

    Args:
        run: of which these are the entries; it has none yet.
        plan: what the file does.
        with_new: also for new people; in an empty organisation that is everybody.

    """
    add_entries(_rows(run.pk, plan, plan.created if with_new else ()))


def bad_rows(run: ImportRun) -> bytes:
    """Return the rejected rows of an import as a workbook that can be mended and brought in.

    It has the file's own columns, and behind them the line and the reason.
    """
    rejected = entries_of(run, EntryKind.REJECTED)
    headings = [*_headings(run), _("Row in the file"), _("Why it was rejected")]
    width = len(headings) - 2
    return workbook(
        headings,
        (
            [*_filled(entry.cells, width), str(entry.line), reason_word(entry.reason)]
            for entry in rejected.iterator(2_000)
        ),
    )


def _headings(run: ImportRun) -> list[str]:
    """Return the headings of a file; one that has none gets those of what its columns become."""
    if run.headings:
        return list(run.headings)
    return [sorted(PEOPLE[name])[0] if name else "" for name in run.manner.get("columns") or []]


def _filled(cells: list[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _rows(run: int, plan: Plan, created: Iterable[PersonFacts]) -> Iterator[tuple[Any, ...]]:
    """Yield the values of entries in the order of ``upsert.ENTRY_FIELDS``."""
    lines = plan.reading.lines
    for person in created:
        yield _row(run, EntryKind.NEW, person, lines[person.personnel_number])
    for change in plan.changes:
        kind = EntryKind.RETURNED if "left_on" in change.fields else EntryKind.CHANGED
        line = lines[change.after.personnel_number]
        yield _row(run, kind, change.after, line, _told(change), _came_from(change))
    for person in plan.leavers:
        yield _row(run, EntryKind.LEFT, person, None)
    for remark in plan.observed:
        person = plan.reading.people[remark.personnel_number]
        name = f"{person.last_name} {person.first_name}".strip()
        yield _remark_row(run, EntryKind.NOTED, remark, name)
    names = _names(plan)
    for kind, remarks in (
        (EntryKind.REJECTED, plan.reading.rejected),
        (EntryKind.NOTED, plan.reading.notes),
    ):
        for remark in remarks:
            yield _remark_row(run, kind, remark, names(remark))


def _row(
    run: int,
    kind: str,
    person: PersonFacts,
    line: int | None,
    fields: dict[str, Any] | None = None,
    came_from: int | None = None,
) -> tuple[Any, ...]:
    name = f"{person.last_name} {person.first_name}".strip()
    told = json.dumps(fields) if fields else "{}"
    site = person.site.id
    return (run, kind, line, person.personnel_number, name, "", "", told, site, came_from, "[]")


def _came_from(change: Change) -> int | None:
    """Return the id of the site that somebody leaves for another; who returns leaves none."""
    moves = "site" in change.fields and "left_on" not in change.fields
    return change.before.site.id if moves else None


def _remark_row(run: int, kind: str, remark: Remark, name: str) -> tuple[Any, ...]:
    cells = json.dumps(remark.cells)
    number, value = kept(remark.personnel_number), kept(remark.value)
    return (run, kind, remark.line, number, name, remark.reason, value, "{}", None, None, cells)


def _names(plan: Plan) -> Callable[[Remark], str]:
    """Return what tells the name in a row that was not understood in full."""
    known = plan.table.columns
    columns = [known[name] for name in ("last_name", "first_name") if name in known]

    def name_of(remark: Remark) -> str:
        cells = [remark.cells[at] for at in columns if at < len(remark.cells)]
        return " ".join(" ".join(cells).split())[:250]

    return name_of


def _told(change: Change) -> dict[str, list[str]]:
    return {
        name: [_word(getattr(change.before, name)), _word(getattr(change.after, name))]
        for name in change.fields
    }


def _word(value: Workplace | date | str | None) -> str:
    if isinstance(value, Workplace):
        return value.name
    return "" if value is None else str(value)
