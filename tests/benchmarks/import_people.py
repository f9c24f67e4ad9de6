"""Bringing a personnel file in: all new, again with some changed, and as a workbook."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from itertools import cycle
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.db import connection
from django.utils import timezone
from import_export.resources import ModelResource
from tablib import Dataset

from stakeholders.importing.reading.person_facts import PersonFacts
from stakeholders.importing.services.personnel import import_people
from stakeholders.importing.services.places import import_sites
from stakeholders.models import Person
from tests.benchmarks.measure import MEGABYTE, Figure, Goal, in_turns, report, seconds
from tests.benchmarks.stage import Stage, analyse, database_url
from tests.personnel_file import DATA, PersonnelFile

CHANGED = 0.05
SAMPLE = 2_000
MOST_MEGABYTES = 300
# Seconds for 70,000 rows.
GOALS = {"postgresql": {"new": 3.0, "again": 1.5, "workbook": 15.0}, "sqlite": {"new": 15.0}}
# What the system counts for a child that has ended would be at least what its parent held.
COMMAND = """
import os, re, sys
from pathlib import Path
from django.core.management import execute_from_command_line

execute_from_command_line(["manage.py", "import_people", sys.argv[1], "--confirm-leavers"])
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""
TITLES = {
    "new": "A personnel file as CSV, all of its people new",
    "again": f"The same file again, {CHANGED:.0%} of its people changed",
    "workbook": "The file as XLSX, all of its people new",
}


class PersonResource(ModelResource):
    """How django-import-export brings people in where it is told to hurry."""

    class Meta:
        model = Person
        fields = PersonFacts._fields
        import_id_fields = ("personnel_number",)
        use_bulk, batch_size = True, 1_000
        skip_unchanged, skip_diff, report_skipped = True, True, False


def main(stage: Stage) -> bool:
    """Measure the three ways; return whether all count and reach their goals."""
    import_sites((DATA / "sites.csv").read_bytes(), now=timezone.now())
    file = PersonnelFile.of(stage.people)
    files = {"new": file.as_csv(), "again": file.changed(CHANGED).as_csv()}
    files["workbook"] = file.as_xlsx()
    bring(files["new"])
    rows = list(Person.objects.order_by("pk").values_list(*PersonFacts._fields))
    outcomes = [measured(way, stage, files, rows) for way in TITLES]
    return all(outcomes)


def measured(way: str, stage: Stage, files: dict[str, bytes], rows: list[tuple]) -> bool:
    """Measure one way beside its peer and its limit, and print it."""
    is_new = way != "again"
    others = cycle([files["new"], files["again"]])
    sample = rows[:SAMPLE]
    if not is_new:
        bring(files["again"])
    ours = (lambda: timed(files[way])) if is_new else (lambda: seconds(lambda: bring(next(others))))
    sides = {
        "ours": ours,
        "peer": lambda: peer(sample, is_new=is_new) * len(rows) / len(sample),
        "limit": limit(rows),
    }
    figures = {side: Figure(v) for side, v in in_turns(sides, stage.runs).items()}
    peak = peak_of(files[way], is_new=is_new)
    return report(
        f"{TITLES[way]}: {stage.people:,} rows, {connection.vendor}",
        figures["ours"],
        peer=(f"django-import-export, {len(sample):,} rows, scaled", figures["peer"]),
        limit=(limit_name(), figures["limit"]),
        goals=goals(way, figures["ours"], peak),
        peak=peak,
    )


def goals(way: str, ours: Figure, peak: float) -> tuple[Goal, ...]:
    memory = Goal(f"at most {MOST_MEGABYTES} MB", peak <= MOST_MEGABYTES)
    most = GOALS[connection.vendor].get(way)
    return (Goal(f"at most {most} s", ours.median <= most), memory) if most else (memory,)


def bring(content: bytes) -> None:
    import_people(content, "people", now=timezone.now(), confirm_leavers=True)


def timed(content: bytes) -> float:
    """Return how long a file of new people takes."""
    empty()
    return seconds(lambda: bring(content))


def empty() -> None:
    Person.objects.all()._raw_delete(using="default")
    analyse()


def peer(rows: list[tuple], *, is_new: bool) -> float:
    """Return how long django-import-export takes for rows that are read already."""
    if is_new:
        empty()
    data = Dataset(*rows, headers=PersonFacts._fields)
    return seconds(lambda: PersonResource().import_data(data, raise_errors=True))


def limit_name() -> str:
    return "bare COPY" if connection.vendor == "postgresql" else "bare executemany"


def limit(rows: list[tuple]) -> Callable[[], float]:
    """Return how to write the rows into a table without keys, checks and indexes, timed."""
    fields = [Person._meta.get_field(name) for name in PersonFacts._fields]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(
            f"CREATE TABLE bare AS SELECT {columns} FROM stakeholders_person WHERE 1 = 0"
        )
    write = bare_copy if connection.vendor == "postgresql" else bare_insert
    return partial(write, rows, columns)


def bare_copy(rows: list[tuple], columns: str) -> float:
    file = io.StringIO()
    for row in rows:
        texts = (r"\N" if v is None else str(v).replace("\\", r"\\") for v in row)
        file.write("\t".join(texts) + "\n")
    file.seek(0)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE bare")
        return seconds(lambda: cursor.copy_expert(f"COPY bare ({columns}) FROM STDIN", file))


def bare_insert(rows: list[tuple], columns: str) -> float:
    marks = ", ".join(["%s"] * len(rows[0]))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bare")
        statement = f"INSERT INTO bare ({columns}) VALUES ({marks})"
        return seconds(lambda: cursor.executemany(statement, rows))


def peak_of(content: bytes, *, is_new: bool) -> float:
    """Return the most memory, in MB, that the command holds in a process of its own."""
    if is_new:
        empty()
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        child = subprocess.run(
            [sys.executable, "-c", COMMAND, file.name],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": database_url()},
            stdout=subprocess.PIPE,
            check=True,
        )
    return int(child.stdout.split()[-1]) / MEGABYTE
