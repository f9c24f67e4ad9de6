"""PostgreSQL breaks down in the middle of a dispatch: nothing lost, nothing doubled.

What it forgot of the batches in hand is in doubt, and no more than that.
"""

import time

import pytest

from onelift.celery import PUMPS
from programmes.queries.key import fingerprint_of
from tests.faults.campaign import until_taken
from tests.faults.harness import ONE_EACH, Installation
from tests.faults.shapes import Services
from tests.waiting import until

pytestmark = [pytest.mark.services, pytest.mark.slow]

PEOPLE = 140
DOWN_SECONDS = (0, 4)
BATCH = 10
# Seconds between two rounds that the clock asks for.
TICK = 20
FAILED = "raised unexpected"


@pytest.fixture
def installation(tmp_path, cluster):
    """An installation on a PostgreSQL that is its own."""
    shape = Services(tmp_path, cluster.template)
    made = Installation(tmp_path, shape, SEND_BATCH=str(BATCH), **ONE_EACH)
    yield made
    made.stop()


def failures(installation):
    """Return how many tasks ended with an error, in all workers."""
    logs = [installation.folder / f"{name}.log" for name in installation.shape.workers]
    return sum(log.read_text().count(FAILED) for log in logs)


def test_postgres_that_breaks_down_twice_loses_and_doubles_nothing(installation, cluster):
    installation.seed(PEOPLE)
    installation.let_last(PEOPLE, 21)
    installation.start_workers()
    installation.start_beat()
    hit = ticks = 0  # a process may have a batch in hand before it has a connection
    for seconds in DOWN_SECONDS:
        goal = installation.accepted() + PEOPLE // 5
        until_taken(installation, goal, PEOPLE)
        hit += len(installation.children())
        began = time.monotonic()
        cluster.break_down()
        time.sleep(seconds)
        cluster.start()
        ticks += 1 + int((time.monotonic() - began) // TICK)
    assert installation.accepted() < PEOPLE, "the supply ran out before the last break-down"
    until(installation.is_at_rest, f"rest: {installation.states()}")
    states = installation.check_ledger(PEOPLE, hit * BATCH)
    # Each process fails once, and what the clock asks for meanwhile; nobody tries without a pause.
    assert 2 <= failures(installation) <= hit + ticks * len(PUMPS)
    print(f"{states}, {hit} processes hit")  # noqa: T201  shown when the test fails


def test_web_that_started_while_postgres_was_down_refuses_another_key_once_it_is_back(
    installation, cluster
):
    installation.settings["SECRET_KEY"] = "a" * 60
    installation.start_web()
    assert installation.ask("GET", "/accounts/login/") == 200
    installation.kill("web")
    cluster.break_down()
    installation.settings["SECRET_KEY"] = "b" * 60
    installation.start_web()
    assert installation.ask("GET", "/accounts/login/") == 200  # needs no database
    cluster.start()
    assert installation.ask("GET", "/accounts/login/") == 503
    said = (installation.folder / "web.log").read_text()
    assert "SECRET_KEY could not be compared" in said
    assert f"No page is shown. SECRET_KEY has the fingerprint {fingerprint_of('b' * 60)}" in said
