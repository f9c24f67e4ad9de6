"""Backups and restores that are killed, and the same command again: real processes."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection

from stakeholders.models import Person
from tests.backups.conftest import PICTURE
from tests.backups.handling import files_of, manage, surroundings, url_of_tests
from tests.backups.test_clients import script
from tests.faults.servers import ask_postgres, with_database
from tests.faults.shapes import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

KILLED = -signal.SIGKILL


def play(var, **plan):
    """Run a plan of tests.backups.killing; return how it goes undisturbed, and at each point."""
    connection.close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.backups.killing", json.dumps(plan)],
        cwd=ROOT,
        env=surroundings(
            var,
            SECRET_KEY=settings.SECRET_KEY,
            # Code that the first of them compiles would be points that the others do not have.
            PYTHONDONTWRITEBYTECODE="1",
            **plan.pop("settings", {}),
        ),
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    first, *points = map(json.loads, done.stdout.splitlines())
    return first, points


def test_a_backup_killed_anywhere_is_made_by_the_same_command(portal, media, tmp_path):
    place = tmp_path / "backup"
    first, points = play(tmp_path, command=["backup", str(place)], points=9, aside=str(place))
    assert first["total"] > len(points) > 5
    for each in points:
        assert (each["killed"], each["again"]) == (KILLED, 0), each["point"]
    made = sorted(tmp_path.glob("backup*"))
    assert len(made) == len(points) + 1, "no half one is left"
    assert all("Intact: " in manage("backup", "--verify", folder) for folder in made)
    assert all((folder / "media/logos/ours.png").read_bytes() == PICTURE for folder in made)


@pytest.fixture
def empty(tmp_path):
    """Return the address of another database, and how it is reset."""
    if connection.vendor == "sqlite":
        file = tmp_path / "another.sqlite3"
        yield f"sqlite:///{file}", str(file)
        return
    url = with_database(url_of_tests(), f"onelift_restored_{os.getpid()}")
    yield url, url
    name = url.rpartition("/")[2]
    ask_postgres(with_database(url, "postgres"), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


# As many of the points as fit into some seconds; a server takes longer for its tables.
AT = {"sqlite": 9, "postgresql": 4}


def test_a_restore_killed_anywhere_is_ended_by_the_same_command(folder, tmp_path, empty):
    """Into an empty database, so that the second one must know the half of the first."""
    url, place = empty
    first, points = play(
        tmp_path / "var", command=["restore", str(folder)], points=AT[connection.vendor],
        reset=place, settings={"DATABASE_URL": url},
    )  # fmt: skip
    whole = first["content"]
    assert len(whole["stakeholders_person"]) == 6
    assert not whole["is_half"]
    assert all("'in_doubt'" in row for row in whole["communications_delivery"])
    assert files_of(tmp_path / "var/media").keys() == {"logos/ours.png"}
    found = set()
    for each in points:
        assert each["killed"] == KILLED
        between = each["between"]
        if between == whole:  # it had come to its end
            continue
        assert (each["again"], each["is_well"]) == (0, True), each["point"]
        people = between.get("stakeholders_person")
        assert people in (None, whole["stakeholders_person"]), "nothing, or all"
        assert between["is_half"] == bool(people)
        found.add(between["is_half"])
    assert found == {False, True}, "it was killed before and after the database was filled"


# PostgreSQL's own programs, in the middle of their work


@pytest.fixture
def manage_here(tmp_path):
    """Return what runs a command in a process of its own; programs of bin/ come first."""
    (tmp_path / "bin").mkdir()

    def run(*words):
        around = surroundings(tmp_path / "var", SECRET_KEY=settings.SECRET_KEY)
        around["PATH"] = f"{tmp_path / 'bin'}:{around['PATH']}"
        connection.close()
        command = [sys.executable, "manage.py", *map(str, words)]
        return subprocess.run(command, cwd=ROOT, env=around, timeout=60, stdout=subprocess.DEVNULL)

    return run


@pytest.mark.services
def test_a_backup_killed_while_pg_dump_writes(portal, media, tmp_path, manage_here):
    real = shutil.which("pg_dump")
    program = tmp_path / "bin/pg_dump"
    kill = f'{real} "$@" | {{ head -c 5000; kill -9 $PPID; }}'
    script(program, f'[ "$1" != --version ] || exec {real} "$@"\n{kill}')
    assert manage_here("backup", tmp_path / "backup").returncode == KILLED
    assert not (tmp_path / "backup").exists()
    with pytest.raises(CommandError, match="is not a backup"):
        manage("backup", "--verify", tmp_path / "backup.part")
    program.unlink()
    assert manage_here("backup", tmp_path / "backup").returncode == 0
    assert "Intact" in manage("backup", "--verify", tmp_path / "backup")


@pytest.mark.services
def test_a_restore_killed_while_the_database_is_filled(folder, tmp_path, manage_here):
    Person.objects.update(last_name="Later")
    real = shutil.which("psql")
    program = tmp_path / "bin/psql"
    kill = f'{{ head -c 60000; kill -9 $PPID; cat; }} | {real} "$@"'
    script(program, f'[ "$1" != --version ] || exec {real} "$@"\n{kill}')
    words = ("restore", folder, "--replace")
    assert manage_here(*words).returncode == KILLED
    assert {*Person.objects.values_list("last_name", flat=True)} == {"Later"}
    program.unlink()
    assert manage_here(*words).returncode == 0
    assert "Later" not in {*Person.objects.values_list("last_name", flat=True)}
    assert Person.objects.count() == 6
