"""What ``make demo`` asks before it sets anything up: ``python onelift/demo/ground.py PORT VAR``.

It needs Python alone, since nothing is installed yet. What a run that was killed has left behind
is ended, by the files in which each process has written its number; then a port that somebody else
has is named in a sentence, and a database that this version cannot bring up to date.
"""

import os
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

# What is in the command of each process of the Procfile: a number may be another's by now.
OURS = (b"gunicorn", b"onelift.serving", b"celery", b"catch_mail")
# What starts them, and ends them unless it is killed.
STARTER = b"honcho"
# A worker ends the mail in hand before it goes.
SECONDS = 30.0
ROOT = Path(__file__).resolve().parents[2]


def main(port: int, var: Path) -> int:
    """Make room for a run, and return the exit code: 1 where something else is in the way."""
    ended = end_leftovers(var / "run")
    if ended:
        sys.stdout.write(f"Stopped what an earlier run left behind: {', '.join(ended)}.\n")
    for each, use in ((port, "the portal"), (port + 1, "the mail catcher")):
        if is_taken(each):
            sys.stderr.write(
                f"Port {each}, needed for {use}, is in use by another program. "
                f"Stop that program, or choose another port: make demo PORT={port + 1000}\n"
            )
            return 1
    if is_of_another_version(var / "onelift.sqlite3"):
        sys.stderr.write(
            f"The database in {var} was made by another version and cannot be updated. "
            "To delete its data and start again: make demo-reset\n"
        )
        return 1
    return 0


def is_of_another_version(database: Path) -> bool:
    """Tell whether a database has a step of the migrations that this version does not know."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(database)) as connection, suppress(sqlite3.OperationalError):
        steps = connection.execute("SELECT app, name FROM django_migrations").fetchall()
        return any(is_unknown(ROOT / app / "migrations", name) for app, name in steps)
    return False


def is_unknown(folder: Path, name: str) -> bool:
    """Tell whether a step is missing from a folder of ours; the steps of others are not ours."""
    return folder.is_dir() and not (folder / f"{name}.py").exists()


def end_leftovers(folder: Path) -> list[str]:
    """End the processes that have written their numbers there; return their names."""
    left = dict(leftovers(folder))
    for number in left.values():
        os.kill(number, signal.SIGTERM)
    deadline = time.monotonic() + SECONDS
    while any(map(is_ours, left.values())) and time.monotonic() < deadline:
        time.sleep(0.1)
    for number in filter(is_ours, left.values()):
        os.kill(number, signal.SIGKILL)
    for path in folder.glob("*.pid"):
        path.unlink(missing_ok=True)
    return [path.stem for path in left]


def leftovers(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield the files whose process is still there without what started it, and its number."""
    for path in sorted(folder.glob("*.pid")):
        with suppress(ValueError):
            number = int(path.read_text())
            if is_ours(number) and STARTER not in command_of(parent_of(number)):
                yield path, number


def is_ours(number: int) -> bool:
    """Tell whether a process with this number is one of the demonstration."""
    command = command_of(number)
    return any(word in command for word in OURS)


def command_of(number: int) -> bytes:
    """Return the words of a process's command; empty where there is none, or no way to know."""
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return b""


def parent_of(number: int) -> int:
    """Return the number of the process that started another; 0 if that has just ended."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def is_taken(port: int) -> bool:
    """Tell whether something listens on a port of this machine."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2])))
