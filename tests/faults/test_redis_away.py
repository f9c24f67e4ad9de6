"""What is asked for while Redis is away or hangs is done, at the latest when it is back."""

import signal

import pytest

from tests.faults.harness import ONE_EACH
from tests.waiting import until

pytestmark = [pytest.mark.services, pytest.mark.slow]

PEOPLE = 40
DISPATCHES = "/p/one-it/dispatches"


@pytest.fixture
def on_servers(on_servers):
    on_servers.settings.update(ONE_EACH)
    return on_servers


def test_a_worker_whose_tasks_ended_without_redis_takes_tasks_again(on_servers):
    on_servers.seed(PEOPLE)
    on_servers.let_last(PEOPLE, 12, workers=1)
    on_servers.start_worker()
    on_servers.start_beat()
    until(lambda: len(on_servers.senders()) == 2, "all processes of the worker that send")
    on_servers.shape.redis.kill()
    until(lambda: not on_servers.senders(), "senders that end")
    on_servers.shape.redis.start()
    on_servers.act("more", str(PEOPLE))
    until(lambda: on_servers.has_told(2 * PEOPLE), "rest")
    on_servers.check_ledger(2 * PEOPLE, cut=0)


@pytest.mark.parametrize("fault", ["away", "hung"])
def test_what_is_asked_for_without_redis_is_done_when_it_is_back(on_servers, fault):
    on_servers.seed(PEOPLE)
    session = on_servers.act("session")
    on_servers.let_last(PEOPLE, 24, workers=1)
    on_servers.start_web()
    on_servers.start_worker()  # a second one that starts later would look for what is due
    on_servers.start_beat()
    until(lambda: on_servers.accepted() >= 5, "mails in flight")
    assert on_servers.ask("POST", f"{DISPATCHES}/1/pause/", session) == 302
    until(lambda: not on_servers.senders(), "senders that end")
    redis = on_servers.shape.redis
    redis.process.send_signal(signal.SIGKILL if fault == "away" else signal.SIGSTOP)
    assert on_servers.ask("POST", f"{DISPATCHES}/1/resume/", session) == 302
    assert on_servers.ask("GET", f"{DISPATCHES}/1/", session) == 200
    assert on_servers.query("SELECT paused_at FROM communications_dispatch") == [(None,)]
    assert 5 <= on_servers.accepted() < PEOPLE
    redis.wipe()
    until(lambda: on_servers.has_told(PEOPLE), "rest")
    on_servers.check_ledger(PEOPLE, cut=0)


def test_a_dispatch_that_was_paused_goes_on_without_waiting_for_the_clock(on_servers):
    on_servers.seed(PEOPLE)
    session = on_servers.act("session")
    on_servers.let_last(PEOPLE, 16, workers=1)
    on_servers.start_web()
    on_servers.start_worker()  # and no clock
    until(lambda: on_servers.accepted() >= 5, "mails in flight")
    assert on_servers.ask("POST", f"{DISPATCHES}/1/pause/", session) == 302
    until(lambda: not on_servers.senders(), "senders that end")
    assert on_servers.ask("POST", f"{DISPATCHES}/1/resume/", session) == 302
    until(lambda: on_servers.has_told(PEOPLE), "rest")
