"""Redis wiped while mails are being sent: nothing lost, nothing doubled, and pages are answered."""

import os
import signal
from functools import partial

import pytest

from tests.faults.harness import ONE_EACH, Installation
from tests.test_beat import BACK, GONE
from tests.waiting import until

pytestmark = [pytest.mark.services, pytest.mark.slow]

PEOPLE = 40
DISPATCHES = "/p/one-it/dispatches"


class Moments:
    """Each method lets more people be told, and wipes Redis at another moment of that."""

    def __init__(self, installation: Installation, session: str):
        self.installation, self.redis = installation, installation.shape.redis
        self.session, self.before = session, installation.accepted()

    def wipe(self) -> None:
        """Kill Redis, look at a page meanwhile, and start an empty one."""
        self.redis.kill()
        assert self.installation.ask("GET", f"{DISPATCHES}/1/", self.session) == 200
        self.redis.start()

    def told(self, number: int) -> None:
        until(lambda: self.installation.accepted() >= self.before + number, f"mail {number}")

    def before_anybody_is_woken(self) -> None:
        self.redis.kill()
        self.installation.act("more", str(PEOPLE))
        self.installation.act("pump")
        assert self.installation.states()["planned"] == PEOPLE
        self.redis.start()

    def while_messages_wait(self) -> None:
        workers = [self.installation.processes[name] for name in self.installation.shape.workers]
        for worker in workers:
            os.killpg(worker.pid, signal.SIGSTOP)
        self.installation.act("more", str(PEOPLE))
        for _ in range(3):  # workers that sleep have each asked for a message already
            self.installation.act("pump")
        assert self.redis.waiting("dispatch") > 0
        self.wipe()
        assert self.redis.waiting("dispatch") == 0
        for worker in workers:
            os.killpg(worker.pid, signal.SIGCONT)

    def while_mails_leave(self) -> None:
        self.installation.act("more", str(PEOPLE))
        self.told(PEOPLE // 4)
        self.wipe()
        assert self.installation.accepted() < self.before + PEOPLE

    def when_a_sender_ends(self) -> None:
        self.installation.act("more", str(PEOPLE))
        self.told(PEOPLE - 1)
        self.redis.kill()
        until(lambda: not self.installation.senders(), "senders that end")
        self.redis.start()

    def at_a_tick_of_the_clock(self) -> None:
        self.installation.act("more", str(PEOPLE))
        until(lambda: self.written(GONE) == self.written(BACK), "a clock that is heard")
        unheard = self.written(GONE)
        self.redis.kill()
        until(lambda: self.written(GONE) > unheard, "a tick that nobody hears")
        self.redis.start()

    def written(self, words: str) -> int:
        """Return how often beat has written something."""
        return (self.installation.folder / "beat.log").read_text().count(words)


MOMENTS = [
    Moments.before_anybody_is_woken,
    Moments.while_messages_wait,
    Moments.while_mails_leave,
    Moments.when_a_sender_ends,
    Moments.at_a_tick_of_the_clock,
]


def test_redis_wiped_at_five_moments_of_a_dispatch_loses_and_doubles_nothing(on_servers):
    on_servers.settings.update(ONE_EACH)
    on_servers.seed(PEOPLE)
    session = on_servers.act("session")
    on_servers.let_last(PEOPLE, 10)
    on_servers.start_workers()
    on_servers.start_beat()
    on_servers.start_web()
    until(lambda: on_servers.has_told(PEOPLE), "a first sending")
    for number, moment in enumerate(MOMENTS, start=2):
        moment(Moments(on_servers, session))
        people = number * PEOPLE
        until(partial(on_servers.has_told, people), f"rest: {moment.__name__}")
    assert on_servers.check_ledger(people, cut=0) == {"sent": people}
    assert on_servers.query("SELECT COUNT(*) FROM communications_dispatch") == [(1,)]
