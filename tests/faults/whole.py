"""The whole set of kills, for ``make faults``: too long for each run of the tests.

One line of the table per dispatch: how often something at work was killed, and what came of it.
Batches are as large as in production. ``FAULTS_PEOPLE`` sets another size than 7,000, for a trial:
the number of kills follows.
"""

import os
import random
import time

import pytest

from tests.faults.campaign import (
    break_again_and_again,
    drawn_seed,
    kill_again_and_again,
    kills_of,
    restart,
)
from tests.faults.harness import Installation
from tests.faults.proxies import in_front
from tests.faults.shapes import Services
from tests.faults.slow import half_requests_kept_up, waits
from tests.waiting import until

PEOPLE = int(os.environ.get("FAULTS_PEOPLE", "7000"))
BREAKS = PEOPLE // 350
BATCH = 100
# How long the mail server takes for a mail.
MAIL_SECONDS = 1
REST_SECONDS = 1_800
HEAD = "what was broken            shape      kills  mails  lost  doubled  in doubt  cut  again"


@pytest.fixture(scope="session")
def table():
    """Print what was found, at the end."""
    lines = [HEAD]
    yield lines
    print("\n" + "\n".join(lines))  # noqa: T201  it is what was asked for


def begin(installation: Installation, people: int) -> None:
    drawn_seed()
    installation.settings["SEND_BATCH"] = str(BATCH)
    installation.seed(people)
    installation.tell_relay(seconds_per_mail=MAIL_SECONDS)
    installation.start_workers()
    installation.start_beat()


def end(
    installation: Installation, people: int, what: str, kills: int, cut: int, forgotten: int = 0
) -> str:
    """Return a line of the table; ``forgotten`` is how many mails a database may have forgotten."""
    until(installation.is_at_rest, f"rest: {installation.states()}", REST_SECONDS)
    tally = installation.tally(people)
    installation.check_ledger(people, max(cut, forgotten))
    shape = type(installation.shape).__name__.lower()
    figures = (kills, people, tally.lost, tally.doubled, tally.in_doubt, cut, tally.again)
    return f"{what:26} {shape:9}" + "".join(
        f"{n:{w}}" for n, w in zip(figures, (7, 7, 6, 9, 10, 5, 7), strict=True)
    )


def test_kills_of_senders_workers_and_clock(installation, table):
    begin(installation, PEOPLE)
    kills = kills_of(PEOPLE, installation)
    cut = kill_again_and_again(installation, PEOPLE, kills, MAIL_SECONDS)
    table.append(end(installation, PEOPLE, "senders, workers, clock", kills, cut))


@pytest.mark.services
def test_redis_wiped(on_servers, table):
    begin(on_servers, PEOPLE)
    wipe = on_servers.shape.redis.wipe
    break_again_and_again(on_servers, PEOPLE, BREAKS, wipe)
    table.append(end(on_servers, PEOPLE, "Redis, wiped", BREAKS, 0))


@pytest.mark.services
def test_postgresql_restarted_at_once(tmp_path, cluster, table):
    installation = Installation(tmp_path, Services(tmp_path, cluster.template))
    try:
        begin(installation, PEOPLE)
        hit = break_again_and_again(
            installation, PEOPLE, BREAKS, lambda: restart(cluster, 0, random.uniform(1, 5))
        )
        what = "PostgreSQL, immediate"
        table.append(end(installation, PEOPLE, what, BREAKS, hit, forgotten=hit * BATCH))
    finally:
        installation.stop()


HALF_REQUESTS = 500
HALF_SECONDS = 60
SLOW_HEAD = (
    "slow clients               in front     half  page               asked  failed  p95 (ms)"
)


@pytest.fixture(scope="session")
def slow_table():
    """Print what was found, at the end."""
    lines = [SLOW_HEAD]
    yield lines
    print("\n" + "\n".join(lines))  # noqa: T201  it is what was asked for


@pytest.mark.parametrize("kind", ["none", "nginx", "caddy"])
def test_slow_clients(installation, slow_table, tmp_path, kind):
    """Half requests are kept up: whichever is ended comes again."""
    installation.settings["WEB_CONCURRENCY"] = "1"
    installation.start_web()
    with in_front(kind, tmp_path / kind, installation.web_port) as port:
        for page in ("/livez", "/accounts/login/"):
            with half_requests_kept_up(port, HALF_REQUESTS) as count:
                end = time.monotonic() + HALF_SECONDS
                found = waits(port, page, lambda end=end: time.monotonic() < end)
                figures = f"{count():8}  {page:18}{len(found.seconds):6}{found.failed:8}"
            shape = type(installation.shape).__name__.lower()
            slow_table.append(f"{shape:26} {kind:9}{figures}{found.p95 * 1000:10.0f}")
            assert (found.failed, found.p95 <= 1) == (0, True), slow_table[-1]
