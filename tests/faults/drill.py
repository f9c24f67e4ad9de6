"""The drill of an operator, for ``make faults``: what may happen in a night, on both shapes.

One line of the table per event.
"""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from subprocess import CalledProcessError
from threading import Event

import pytest

from tests.faults.harness import Installation
from tests.faults.prometheus import watched
from tests.waiting import until

PEOPLE = 400
SEND_SECONDS = 30
ALARM, ALARM_SECONDS, END_SECONDS = "OneLiftMailsDoNotLeave", 360, 120
REST_SECONDS = 900
VISITORS, PAGE = 8, "/accounts/login/"
BEATS = "SELECT at FROM communications_heartbeat WHERE name = 'pump'"
KEY, ANOTHER = "k" * 60, "a" * 60
HEAD = "the drill                            shape      what was found"


@pytest.fixture(scope="session")
def drill():
    """Print what was found, at the end."""
    lines = [HEAD]
    yield lambda what, shape, found: lines.append(
        f"{what:36} {type(shape).__name__.lower():10} {found}"
    )
    print("\n" + "\n".join(lines))  # noqa: T201  it is what was asked for


def begin(installation: Installation) -> None:
    """Let workers send some of a dispatch."""
    installation.settings["SECRET_KEY"] = KEY
    installation.seed(PEOPLE)
    installation.let_last(PEOPLE, SEND_SECONDS)
    installation.start_web()
    installation.start_workers()
    installation.start_beat()
    until(lambda: installation.accepted() >= 20, "mails in flight")


def end(installation: Installation, cut: int) -> str:
    """Return what became of the dispatch, once all of it is settled."""
    until(installation.is_at_rest, f"rest: {installation.states()}", REST_SECONDS)
    installation.check_ledger(PEOPLE, cut)
    tally = installation.tally(PEOPLE)
    return f"{tally.lost} lost, {tally.doubled} doubled, {tally.in_doubt} in doubt"


def test_a_mail_server_that_dies_rings_and_its_return_ends_it(installation, drill, tmp_path):
    begin(installation)
    with watched(installation.web_port, tmp_path / "prometheus") as prometheus:
        installation.kill("relay")
        rung = seconds_until(lambda: ALARM in prometheus.firing(), ALARM_SECONDS)
        installation.start_relay()
        until(lambda: installation.accepted() >= 60, "mails that leave again", REST_SECONDS)
        ended = seconds_until(lambda: ALARM not in prometheus.firing(), END_SECONDS)
    kept = end(installation, 2 * len(installation.shape.workers) * 8)
    drill(
        "mail server dead, and back",
        installation.shape,
        f"alarm after {rung:.0f} s, its end {ended:.0f} s after the first mail; {kept}",
    )


def seconds_until(condition: Callable[[], bool], most: float) -> float:
    began = time.monotonic()
    until(condition, "an end in time", most)
    return time.monotonic() - began


def test_another_key_starts_nothing_until_its_predecessor_is_named(installation, drill):
    begin(installation)
    stop_all(installation)
    installation.settings["SECRET_KEY"] = ANOTHER
    installation.begin_web()
    installation.start_workers()
    installation.start_beat()
    names = ["web", "beat", *installation.shape.workers]
    assert all(installation.processes[name].wait(timeout=60) for name in names)
    said = [(installation.folder / f"{name}.log").read_text() for name in names]
    assert all("SECRET_KEY has the fingerprint" in words for words in said)
    sent = installation.accepted()
    installation.settings["SECRET_KEY_FALLBACKS"] = KEY
    installation.start_web()
    installation.start_workers()
    installation.start_beat()
    kept = end(installation, 0)
    found = f"{len(names)} processes refused, {PEOPLE - sent} mails sent once it was named; {kept}"
    drill("another key", installation.shape, found)


def stop_all(installation: Installation) -> None:
    """Stop in good order, as systemd does."""
    for name in ("web", "beat", *installation.shape.workers):
        installation.kill(name, signal.SIGTERM)


def test_an_older_backup_put_back_by_the_commands(installation, drill, tmp_path):
    begin(installation)
    folder = str(tmp_path / "backup")
    installation.run("django", "backup", folder)
    known = installation.states()["sent"]
    until(lambda: installation.accepted() >= known + 40, "mails that the backup does not know")
    stop_all(installation)
    taken = Counter(accept.recipient for accept in installation.accepts)
    until(lambda: is_restored(installation, folder), "a minute without a beat, and a restore")
    installation.start_web()
    installation.start_workers()
    installation.start_beat()
    beats = installation.query(BEATS)
    until(lambda: installation.query(BEATS) != beats, "a run of the pump")
    assert installation.accepted() == taken.total()
    states = installation.states()
    assert states.total() == PEOPLE
    assert set(states) <= {"sent", "in_doubt"}
    found = f"{taken.total()} mails taken before, {states['in_doubt']} in doubt, 0 sent again"
    drill("an older backup", installation.shape, found)


def is_restored(installation: Installation, folder: str) -> bool:
    """Put a backup back; a database that was in use a moment ago refuses it."""
    try:
        said = installation.run("django", "restore", folder, "--replace")
    except CalledProcessError:
        return False
    return said.startswith("The next start needs the SECRET_KEY with fingerprint ")


def test_reload_and_restart_under_load(installation, drill):
    installation.settings["WEB_CONCURRENCY"] = "2"
    begin(installation)
    with visited(installation) as during_reload:
        for _each in range(3):
            before = installation.children_of("web")
            installation.processes["web"].send_signal(signal.SIGHUP)
            until(lambda before=before: are_new(installation, before), "new processes of web")
    assert set(during_reload) == {200}, during_reload
    with visited(installation) as during_restart:
        began = time.monotonic()
        stop_all(installation)
        installation.start_web()
        seconds = time.monotonic() - began
        installation.start_workers()
        installation.start_beat()
    assert set(during_restart) <= {200, 0}, during_restart
    kept = end(installation, 0)
    found = (
        f"3 reloads: {during_reload.total()} requests, 0 unanswered; "
        f"restart: away for {seconds:.0f} s; {kept}"
    )
    drill("reload and restart under load", installation.shape, found)


def are_new(installation: Installation, before: list[int]) -> bool:
    now = installation.children_of("web")
    return len(now) == len(before) and not set(now) & set(before)


@contextmanager
def visited(installation: Installation) -> Iterator[Counter[int]]:
    """Ask for a page all the while, over new connections; yield how often it was which status.

    0 stands for no answer.
    """
    found: Counter[int] = Counter()
    over = Event()

    def visit() -> list[int]:
        seen = []
        while not over.is_set():
            try:
                seen.append(installation.ask("GET", PAGE))
            except OSError:
                seen.append(0)
                over.wait(0.05)
        return seen

    with ThreadPoolExecutor(VISITORS) as pool:
        asked = [pool.submit(visit) for _each in range(VISITORS)]
        try:
            yield found
        finally:
            over.set()
    for each in asked:
        found.update(each.result())
