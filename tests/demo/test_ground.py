"""What is in the way of ``make demo`` is found before anything is set up."""

import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager, suppress

import pytest
from django.conf import settings

from tests.operations.shape import free_port
from tests.waiting import HANGS

GROUND = settings.BASE_DIR / "onelift/demo/ground.py"
SLEEP = "import sys, time; time.sleep(60)"


def run(port, var):
    command = [sys.executable, "-S", "-E", str(GROUND), str(port), str(var)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@contextmanager
def process(var, word):
    """Start a process with a word in its command, which a pid file names."""
    folder = var / "run"
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-c", SLEEP, word]
    started = subprocess.Popen(command)
    (folder / f"{word}.pid").write_text(f"{started.pid}\n")
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@pytest.fixture
def free():
    """Return a port that stays free until it is used, as the next one does."""
    while True:
        port = free_port()
        with suppress(OSError), closing(socket.create_server(("127.0.0.1", port + 1))):
            return port


def test_nothing_in_the_way_is_told_nothing(tmp_path, free):
    done = run(free, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(("next_one", "use"), [(0, "the portal"), (1, "the mail catcher")])
def test_a_port_that_is_taken_is_named_with_what_to_do(tmp_path, free, next_one, use):
    with closing(socket.create_server(("127.0.0.1", free + next_one))):
        done = run(free, tmp_path)
    assert done.returncode == 1
    taken = f"Port {free + next_one}, needed for {use}, is in use by another program."
    assert done.stderr.splitlines() == [
        f"{taken} Stop that program, or choose another port: make demo PORT={free + 1000}"
    ]


def database_of(var, *steps):
    """Make a database to which some steps of the migrations were applied."""
    with closing(sqlite3.connect(var / "onelift.sqlite3")) as made:
        made.execute("CREATE TABLE django_migrations (app, name)")
        made.executemany("INSERT INTO django_migrations VALUES (?, ?)", steps)
        made.commit()


def test_a_database_of_another_version_is_named_with_what_to_do(tmp_path, free):
    database_of(tmp_path, ("events", "0001_initial"), ("events", "0099_of_another_version"))
    done = run(free, tmp_path)
    assert done.returncode == 1
    assert done.stderr.endswith("To delete its data and start again: make demo-reset\n")


def test_a_database_of_this_version_is_in_nobodys_way(tmp_path, free):
    database_of(tmp_path, ("events", "0001_initial"), ("auth", "0001_a_step_of_others"))
    done = run(free, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_database_that_was_never_migrated_is_in_nobodys_way(tmp_path, free):
    (tmp_path / "onelift.sqlite3").touch()
    assert run(free, tmp_path).returncode == 0


def test_what_a_killed_run_has_left_is_ended(tmp_path, free):
    with process(tmp_path, "celery") as left:
        done = run(free, tmp_path)
        assert left.wait(timeout=HANGS) == -signal.SIGTERM
    assert done.stdout == "Stopped what an earlier run left behind: celery.\n"
    assert list((tmp_path / "run").iterdir()) == []


def test_a_number_that_is_somebody_elses_by_now_is_left_alone(tmp_path, free):
    with process(tmp_path, "backup") as other:
        done = run(free, tmp_path)
        assert other.poll() is None
    assert (done.returncode, done.stdout) == (0, "")


def test_a_run_that_goes_on_is_left_alone(tmp_path, free):
    """Its starter is there still: here a process that is called as that is."""
    starter = "import subprocess, sys; " + (
        "one = subprocess.Popen([sys.executable, '-c', sys.argv[2], 'celery']); "
        "print(one.pid, flush=True); one.wait()"
    )
    command = [sys.executable, "-c", starter, "honcho", SLEEP]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    number = running.stdout.readline()
    (tmp_path / "run").mkdir()
    (tmp_path / "run/worker.pid").write_text(number)
    try:
        assert run(free, tmp_path).stdout == ""
        assert running.poll() is None
    finally:
        subprocess.run(["kill", "-9", number.strip()], check=True)
        running.wait(timeout=HANGS)
