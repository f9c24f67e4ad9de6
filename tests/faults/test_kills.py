"""Killed, paused and stopped processes over one dispatch: nothing lost, nothing doubled."""

import os
import signal
from contextlib import suppress

import pytest

from tests.faults.campaign import drawn_seed, kill_again_and_again, mails_for
from tests.faults.harness import OPEN
from tests.selection import IS_THOROUGH
from tests.waiting import until

pytestmark = pytest.mark.slow

# Thorough: ten. One of three hits a whole worker, two a process that sends, and one the clock too.
KILLS = 10 if IS_THOROUGH else 3
KILL_SECONDS = 2


def test_kills_over_one_dispatch_lose_and_double_nothing(installation):
    drawn_seed()
    people = mails_for(KILLS, installation)
    installation.seed(people)
    pace = installation.let_last(people, KILLS * KILL_SECONDS)
    installation.start_workers()
    installation.start_beat()
    cut = kill_again_and_again(installation, people, KILLS, pace)
    until(installation.is_at_rest, f"rest: {installation.states()}")
    states = installation.check_ledger(people, cut)
    print(f"{states}, {cut} connections cut")  # noqa: T201  shown when the test fails


@pytest.mark.parametrize("whom", ["the main process", "the whole group"])
def test_a_deployment_cuts_no_mail_and_gives_back_what_has_not_begun(installation, whom):
    installation.settings["SEND_BATCH"] = "100"
    installation.seed(240)
    installation.let_last(240, 20, workers=1)
    worker = installation.start_worker()
    until(lambda: installation.accepted() >= 5, "mails in flight")
    (os.kill if whom == "the main process" else os.killpg)(worker.pid, signal.SIGTERM)
    log = installation.folder / "worker.log"
    # Until then it goes on, however late a busy machine lets it hear.
    until(lambda: "Warm shutdown" in log.read_text(), "a worker that has heard")
    at_signal = installation.accepted()
    worker.wait(timeout=60)
    states = installation.states()
    assert states["sent"] <= at_signal + 20, "a batch was brought to its end"
    assert set(states) == {"planned", "sent"}
    assert 0 < states["sent"] == installation.accepted() < 240
    assert installation.query("SELECT COUNT(*) FROM communications_delivery WHERE fence != ''"
                              " AND state = 'planned'") == [(0,)]  # fmt: skip


def test_a_worker_that_slept_through_its_lease_doubles_nothing(installation):
    installation.seed(160)
    installation.let_last(160, 12, workers=1)
    installation.start_worker("sleeper")
    until(lambda: installation.accepted() >= 4, "mails in flight")
    os.killpg(installation.processes["sleeper"].pid, signal.SIGSTOP)
    held = installation.connections(*installation.children_of("sleeper"))
    installation.start_worker("other")
    installation.start_beat()
    # SQLite has one writer: where the worker was stopped inside a write, all wait for it.
    with suppress(AssertionError):
        until(installation.is_at_rest, "rest while the first worker sleeps", 60)
    os.killpg(installation.processes["sleeper"].pid, signal.SIGCONT)
    until(installation.is_at_rest, "rest once the first worker is awake")
    installation.processes["sleeper"].terminate()
    installation.processes["sleeper"].wait(timeout=60)
    installation.check_ledger(160, cut=held)


def test_a_relay_that_stops_is_named_at_once_and_forgotten_when_it_is_back(installation):
    state = "SELECT failing_since, reason, next_try_at FROM communications_channelstate"
    installation.seed(320)
    installation.let_last(320, 16)
    installation.start_workers()
    installation.start_beat()
    until(lambda: installation.accepted() >= 10, "mails in flight")
    # While it stands still, nobody who connects meanwhile comes as far as a body.
    os.killpg(installation.processes["relay"].pid, signal.SIGSTOP)
    cut = installation.connections()
    installation.kill("relay")
    until(lambda: any(row[0] for row in installation.query(state)), "a sign on the pages")
    ((_since, reason, next_try_at),) = installation.query(state)
    assert "refused" in reason or "closed" in reason or "lost" in reason
    assert next_try_at
    assert set(installation.states()) <= {*OPEN, "sent", "in_doubt"}
    installation.start_relay()
    until(installation.is_at_rest, "rest")
    installation.check_ledger(320, cut)
    until(lambda: not any(row[0] for row in installation.query(state)), "no sign")


def test_three_beats_and_five_pumps_at_once_are_as_one(installation):
    installation.seed(90)
    for number in range(3):
        installation.start_beat(f"beat{number}")
    pumps = [installation.start(f"pump{n}", "-m", "tests.faults.seed", "pump") for n in range(5)]
    installation.start_workers()
    assert [pump.wait(timeout=60) for pump in pumps] == [0] * 5
    until(installation.is_at_rest, "rest")
    installation.check_ledger(90, cut=0)
    assert installation.query("SELECT COUNT(*) FROM communications_dispatch") == [(1,)]
