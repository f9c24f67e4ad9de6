"""What beat writes while its broker is away: one line, and one when it is back."""

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from onelift.processes.broker import SCHEME
from onelift.processes.liveness import Scheduler
from tests.operations.shape import free_port

GONE = "Beat cannot reach the broker, and keeps trying: "
BACK = "Beat reaches the broker again"
TASKS = {f"Every second, {name}": {"task": name, "schedule": 1.0} for name in ("one", "two")}


def clock(tmp_path, broker, **settings):
    app = Celery("beat", broker=broker, set_as_current=False)
    app.conf.update(beat_schedule=TASKS, task_publish_retry=False, **settings)
    return Scheduler(app=app, schedule_filename=str(tmp_path / "schedule"))


def send_all(scheduler, producer):
    for entry in scheduler.schedule.values():
        if entry.task in ("one", "two"):
            scheduler.apply_entry(entry, producer=producer)


@pytest.fixture
def written(caplog):
    """Return what was written, with its level and whether there is a traceback."""
    caplog.set_level("INFO")
    return lambda: [
        (each.levelname, each.getMessage(), bool(each.exc_info)) for each in caplog.records
    ]


def test_a_broker_that_goes_and_comes_back_is_two_lines(tmp_path, written):
    folder = tmp_path / "broker"
    places = dict.fromkeys(("data_folder_in", "data_folder_out", "control_folder"), str(folder))
    scheduler = clock(tmp_path, f"{SCHEME}://localhost//", broker_transport_options=places)
    folder.mkdir()
    send_all(scheduler, scheduler.producer)
    assert (len([*folder.glob("*.msg")]), written()) == (2, [])
    folder.rename(tmp_path / "away")
    for _ in range(3):
        send_all(scheduler, scheduler.producer)
    gone = ("ERROR", f"{GONE}FileNotFoundError", False)
    assert written() == [gone]
    folder.mkdir()
    for _ in range(2):
        send_all(scheduler, scheduler.producer)
    assert written() == [gone, ("WARNING", BACK, False)]


def test_a_redis_that_is_away_from_the_start_is_one_line(tmp_path, written):
    broker = f"redis://127.0.0.1:{free_port()}/0"
    scheduler = clock(tmp_path, broker, broker_connection_max_retries=1)
    for _ in range(2):
        with pytest.raises(OperationalError):
            _ = scheduler.producer
    assert written() == [("ERROR", f"{GONE}ConnectionError", False)]


def test_a_task_that_cannot_be_written_is_told_with_its_traceback(tmp_path, written):
    scheduler = clock(tmp_path, "memory://")
    entry = next(iter(scheduler.schedule.values()))
    entry.args = (object(),)
    scheduler.apply_entry(entry, producer=scheduler.producer)
    assert written() == [("ERROR", f"The task {entry.task} cannot be sent", True)]
