"""Breaking what works, again and again, over one dispatch."""

import os
import random
import signal
import time
from collections.abc import Callable

from tests.faults.harness import Installation
from tests.faults.servers import Cluster
from tests.waiting import until

# Mails on each connection that last for one kill: until some were taken, anywhere between two, and
# once more for a busy machine.
MAILS_A_KILL = 3


def drawn_seed() -> int:
    """Draw a seed, use it and print it, so that a failure can be played again."""
    seed = random.randrange(10**6)
    random.seed(seed)
    print(f"seed {seed}")  # noqa: T201  shown when a test fails
    return seed


def kill_a_sender(installation: Installation) -> int:
    """Kill one child that sends; return how many connections that cut."""
    until(installation.senders, "a child that sends")
    child = random.choice(installation.senders() or installation.children())
    os.kill(child, signal.SIGSTOP)
    cut = installation.connections(child)
    os.kill(child, signal.SIGKILL)
    return cut


def kill_the_worker(installation: Installation) -> int:
    """Kill a main process and its children at one blow, and start anew; return as above."""
    until(installation.senders, "a child that sends")
    name = random.choice(installation.shape.workers)
    os.killpg(installation.processes[name].pid, signal.SIGSTOP)
    cut = installation.connections(*installation.children_of(name))
    installation.kill(name)
    installation.start_worker(name)
    return cut


def mails_for(kills: int, installation: Installation) -> int:
    """Return how many mails last for so many kills."""
    return kills * MAILS_A_KILL * installation.most_connections()


def kills_of(mails: int, installation: Installation) -> int:
    """Return for how many kills so many mails last."""
    return mails // mails_for(1, installation)


def until_taken(installation: Installation, mails: int, supply: int) -> None:
    """Wait until so many mails were taken; fail at once if there are not that many."""
    assert mails < supply, "the supply ran out"
    until(lambda: installation.accepted() >= mails, f"mail {mails}")


def kill_again_and_again(
    installation: Installation, people: int, kills: int, mail_seconds: float
) -> int:
    """Kill senders, workers and the clock at work; return how many connections that cut.

    A kill counts only if mails were taken since the one before. ``mail_seconds`` is how long the
    mail server takes for one.
    """
    whole = set(random.sample(range(kills), 4 * kills // 10))
    beats = set(random.sample(range(kills), max(1, kills // 10)))
    cut, seen = 0, 0
    for number in range(kills):
        goal = seen + random.randint(1, installation.most_connections())
        until_taken(installation, goal, people - cut)
        time.sleep(random.uniform(0, mail_seconds))  # anywhere between two mails
        cut += (kill_the_worker if number in whole else kill_a_sender)(installation)
        if number in beats:
            installation.kill("beat")
            installation.start_beat()
        seen = installation.accepted()
    assert seen < people, "the supply ran out before the last kill"
    return cut


def break_again_and_again(
    installation: Installation, people: int, times: int, break_down: Callable[[], None]
) -> int:
    """Break a server down in the middle of a dispatch; return how many processes it may have hit.

    A process may have a batch in hand before it has a connection.
    """
    hit = 0
    for _ in range(times):
        goal = installation.accepted() + random.randint(1, people // times // 2)
        until_taken(installation, goal, people)
        hit += len(installation.children())
        break_down()
    assert installation.accepted() < people, "the supply ran out before the last break-down"
    return hit


def restart(cluster: Cluster, *pauses: float) -> None:
    """Let PostgreSQL break down and come back after one of some pauses (seconds)."""
    cluster.break_down()
    time.sleep(random.choice(pauses))
    cluster.start()
