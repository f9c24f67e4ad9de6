"""That no worker runs the pump is written once a problem, by whichever process sees it first."""

import os
import socket
import threading

import pytest
from django.core.cache import cache
from gunicorn.config import Config

from communications.models import Heartbeat
from onelift.celery import app
from onelift.processes.liveness import Scheduler
from onelift.serving.worker import BufferingWorker
from onelift.watching.pump import PumpWatch
from programmes.database.clock import database_now
from tests.clock import NOW
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = "Check that a worker and beat are running."


@pytest.fixture(autouse=True)
def nothing_was_said(db):
    cache.clear()


def ran():
    Heartbeat.objects.update_or_create(name="pump", defaults={"at": database_now()})


@pytest.fixture
def lines(caplog):
    """Return a function for what was written since the last call."""

    def written():
        found = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
        caplog.clear()
        return found

    return written


@pytest.fixture
def watches():
    """Return web's and the clock's."""
    made = [PumpWatch(), PumpWatch()]
    look(made)
    return made


def look(watches):
    for watch in watches:
        watch.look()


def test_a_pump_that_stops_is_written_once_by_all_processes(watches, wait, lines):
    ran()
    wait(seconds=179)
    look(watches)
    assert lines() == []
    for _minute in range(3):
        wait(minutes=1)
        look([*watches, PumpWatch(first=NOW)])
    assert lines() == [f"The recurring jobs last ran 239 s ago: no email is sent. {ASKED}"]
    ran()
    look(watches)
    wait(minutes=3)
    look(watches)
    assert lines() == [f"The recurring jobs last ran 180 s ago: no email is sent. {ASKED}"]


def test_a_pump_that_never_ran_is_written_too(watches, wait, lines):
    wait(minutes=3)
    look(watches)
    assert lines() == [f"The recurring jobs have never run: no email is sent. {ASKED}"]


def test_a_worker_has_three_minutes_after_a_night_without_any_process(wait, lines):
    ran()
    wait(hours=8)
    watch = PumpWatch()
    watch.look()
    wait(seconds=179)
    watch.look()
    assert lines() == []


def test_the_clock_looks_at_its_ticks(tmp_path, lines, wait):
    ran()
    wait(minutes=4)
    clock = Scheduler(app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    clock._store = {"entries": {}}
    clock.watch = PumpWatch(first=NOW)
    clock.tick()
    clock.watch.thread.join()
    assert lines() == [f"The recurring jobs last ran 240 s ago: no email is sent. {ASKED}"]


@pytest.fixture
def web():
    """Run a process of web in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        options = {"age": 0, "app": None, "timeout": 30, "cfg": Config(), "log": None}
        made = BufferingWorker(ppid=os.getppid(), sockets=[listener], **options)
        made.wsgi = None
        serving = threading.Thread(target=made.run)
        serving.start()
        yield made
        made.alive = False
        serving.join()
        made.tmp.close()


def test_web_looks_while_it_serves(web, lines, wait):
    ran()
    until(lambda: hasattr(web, "watch") and web.watch.first, "a first look")
    web.watch.thread.join()
    wait(minutes=4)
    web.watch.next_look = 0
    found = []
    until(lambda: found.extend(lines()) or found, "a line")
    assert found == [f"The recurring jobs last ran 240 s ago: no email is sent. {ASKED}"]
