"""A command that is killed, and then run again: ``python -m tests.backups.killing PLAN``.

PLAN is JSON: the ``command``, at how many ``points`` it is killed, what is put ``aside`` before
each, and a ``reset``: a SQLite file or the address of a database, which is emptied before each.
A point is each file that is opened to be written, renamed or removed, each program and SQLite file
that is opened, and each statement of Django's connection. There a process is killed, and a second
one runs the same command to its end. Printed is a line of JSON a point: what was there in between
and at the end.
"""

import contextlib
import json
import os
import signal
import sys
import traceback
from functools import partial
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.core.management import get_commands, load_command_class
from django.db.migrations.loader import MigrationLoader

# What changes a folder or a database, by the names of Python's audit events.
EVENTS = {"os.rename", "os.remove", "os.mkdir", "subprocess.Popen", "sqlite3.connect"}
WRITING = os.O_WRONLY | os.O_RDWR
CONTENT = {
    "stakeholders_person": "SELECT * FROM stakeholders_person",
    "stakeholders_headcount": "SELECT site, sum(heads) FROM stakeholders_headcount GROUP BY site",
    "communications_message": "SELECT * FROM communications_message",
    "communications_tally": "SELECT part, sum(mails) FROM communications_tally GROUP BY part",
    "communications_delivery": "SELECT person_id, state, message_id FROM communications_delivery",
    "programmes_usedkey": "SELECT fingerprint, is_current FROM programmes_usedkey",
}


class Points:
    """Counts points; at the one that is named the process is killed."""

    def __init__(self, fatal: int | None):
        self.fatal, self.passed = fatal, 0
        sys.addaudithook(self.see)

    def see(self, event: str, words: tuple) -> None:
        is_written = event == "open" and isinstance(words[2], int) and words[2] & WRITING
        if event in EVENTS or (is_written and str(words[0]) != "/dev/null"):
            self.reach()

    def ask(self, execute, *words):
        self.reach()
        return execute(*words)

    def reach(self) -> None:
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def in_process(job) -> tuple[int, object]:
    """Run a job in a process of its own; return how it ended, and what it returned."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        code = 1
        try:
            os.write(write, json.dumps(job()).encode())
            code = 0
        except Exception:  # noqa: BLE001  it is the last that is heard of it
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, json.loads(said) if said else None


def run(command: list[str], fatal: int | None = None) -> int:
    """Run a command; return how many points it passed."""
    from django.core.management import call_command
    from django.db import connection

    points = Points(fatal)
    with connection.execute_wrapper(points.ask), contextlib.redirect_stderr(StringIO()):
        call_command(*command, stdout=StringIO())
    return points.passed


def reset(address: str) -> None:
    from tests.faults.servers import ask_postgres, with_database

    if address.startswith("postgres"):
        name, server = urlsplit(address).path[1:], with_database(address, "postgres")
        ask_postgres(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        ask_postgres(server, f'CREATE DATABASE "{name}"')
    elif address:
        for path in Path(address).parent.glob(f"{Path(address).name}*"):
            path.unlink()


def content() -> dict[str, object]:
    """Return what the database holds, and whether it is held."""
    from django.db import connection

    found: dict[str, object] = {}
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table in CONTENT.keys() & {*tables}:
            cursor.execute(CONTENT[table])
            found[table] = sorted(map(repr, cursor.fetchall()))
    return {**found, "is_half": "onelift_restore" in tables}


def tell(**found: object) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def main(plan: dict) -> None:
    command, address = plan["command"], plan.get("reset", "")
    reset(address)
    total = in_process(partial(run, command))[1]
    expected = in_process(content)[1]
    tell(total=total, content=expected)
    for point in range(1, total + 1, -(-total // plan["points"])):
        reset(address)
        if plan.get("aside"):
            Path(plan["aside"]).rename(f"{plan['aside']}.{point}")
        killed = in_process(partial(run, command, point))[0]
        between = in_process(content)[1]
        again = in_process(partial(run, command))[0]
        is_well = in_process(content)[1] == expected
        tell(point=point, killed=killed, between=between, again=again, is_well=is_well)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onelift.settings")
    django.setup()
    # What each process would read for itself.
    MigrationLoader(None)
    for name in ("backup", "restore", "migrate", "createcachetable", "hold_after_restore"):
        load_command_class(get_commands()[name], name)
    main(json.loads(sys.argv[1]))
