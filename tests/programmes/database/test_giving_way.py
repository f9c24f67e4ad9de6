"""When a long task ends early: once something short waits, and never because nobody can say so."""

import socket

import pytest

from onelift.celery import app
from programmes.database import giving_way
from programmes.database.giving_way import GivingWay, tasks_waiting
from programmes.database.wake import FIRST_QUEUE


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch):
    monkeypatch.setattr(giving_way, "EVERY", 0.0)


@pytest.fixture
def empty():
    """Empty the queues of this process (they lie in its memory)."""
    with app.connection_for_write() as connection:
        for queue in app.conf.task_queues:
            queue(connection.default_channel).declare()
            queue(connection.default_channel).purge()


@pytest.mark.usefixtures("empty")
def test_a_long_task_ends_once_a_short_one_waits_and_not_for_another_long_one():
    is_to_end = GivingWay()
    assert not is_to_end()
    app.send_task("nothing", queue="dispatch", ignore_result=True)
    assert not is_to_end()
    app.send_task("nothing", queue=FIRST_QUEUE, ignore_result=True)
    assert is_to_end()
    assert (tasks_waiting(FIRST_QUEUE), tasks_waiting("dispatch")) == (1, 1)


def test_a_broker_that_is_away_ends_nothing_and_is_asked_once(monkeypatch, caplog):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setitem(app.conf, "broker_url", f"redis://127.0.0.1:{nobody.getsockname()[1]}")
        is_to_end = GivingWay()
        assert [is_to_end(), is_to_end()] == [False, False]
    assert [record.message for record in caplog.records] == [
        "Could not ask what waits: OperationalError"
    ]
