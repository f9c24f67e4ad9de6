"""A backup put back while workers run, on both shapes: nothing leaves until somebody decides.

Real ``pg_dump``, ``pg_restore`` and ``pg_basebackup``, and real copies of a file.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
from collections import Counter
from contextlib import closing

import pytest

from tests.faults.harness import Installation
from tests.faults.servers import programs, with_database
from tests.faults.shapes import Embedded, Services
from tests.waiting import HANGS, until

pytestmark = pytest.mark.slow

PEOPLE = 600
NUMBER = "SELECT number FROM communications_watermark"
HELD = "SELECT reason FROM communications_channelstate WHERE channel = 'database'"
BEATS = "SELECT at FROM communications_heartbeat WHERE name = 'pump'"


def halfway(installation):
    """Let workers send some of it, and no more for now."""
    installation.seed(PEOPLE)
    installation.act("pump")
    installation.let_last(PEOPLE, 40)
    installation.start_workers()
    until(lambda: installation.accepted() >= 5, "mails in flight")


def go_on(installation):
    """Let claims follow that a copy does not know, and more mails."""
    number, mails = installation.query(NUMBER), installation.accepted()
    until(lambda: installation.query(NUMBER) != number, "another claim")
    until(lambda: installation.accepted() >= mails + 5, "more mails")


def is_held(installation):
    return bool(installation.query(HELD))


def check(installation):
    """Assert that what is put back is held, that it stays so, and that a decision sends nothing."""
    if "beat" not in installation.processes:
        installation.start_beat()
    until(lambda: is_held(installation), "a database that is held")
    # Nobody calls back the body of a mail that was on its way.
    until(lambda: not installation.senders(), "senders that end")
    at_hold, beats = installation.accepted(), installation.query(BEATS)
    until(lambda: installation.query(BEATS) != beats, "another run of the pump")
    assert installation.accepted() == at_hold
    told = Counter(accept.recipient for accept in installation.accepts)
    assert set(told.values()) == {1}
    installation.act("hold")
    assert set(installation.states()) <= {"in_doubt", "sent"}
    assert set(told) <= {row[0] for row in installation.query(
        "SELECT email FROM stakeholders_person p JOIN communications_delivery d"
        " ON d.person_id = p.id WHERE d.state IN ('in_doubt', 'sent')"
    )}  # fmt: skip
    assert installation.accepted() == at_hold


# PostgreSQL


def dump(url, file):
    subprocess.run(["pg_dump", "--format=custom", f"--file={file}", url], check=True, timeout=60)


def fill(url, file, *options):
    """Restore as a whole, or nothing and again: a worker may hold what is to be dropped."""
    command = ["pg_restore", "--single-transaction", *options, "--dbname", url, file]
    until(lambda: subprocess.run(command, timeout=HANGS).returncode == 0, "a restored dump")


@pytest.mark.services
def test_a_dump_restored_over_the_database_that_workers_use(on_servers, tmp_path):
    halfway(on_servers)
    dump(on_servers.shape.url, tmp_path / "dump")
    go_on(on_servers)
    fill(on_servers.shape.url, tmp_path / "dump", "--clean", "--if-exists")
    check(on_servers)


@pytest.mark.services
@pytest.mark.parametrize("is_wiped", [pytest.param(False, marks=pytest.mark.thorough), True])
def test_a_dump_restored_into_a_new_database(on_servers, tmp_path, is_wiped):
    halfway(on_servers)
    dump(on_servers.shape.url, tmp_path / "dump")
    go_on(on_servers)
    for name in on_servers.shape.workers:
        on_servers.kill(name)
    shape = on_servers.shape
    shape.ask_server(f'DROP DATABASE "{shape.name}" WITH (FORCE)')
    shape.ask_server(f'CREATE DATABASE "{shape.name}" TEMPLATE template0')
    fill(shape.url, tmp_path / "dump")
    if is_wiped:
        shape.redis.wipe()
    on_servers.start_workers()
    check(on_servers)


@pytest.mark.services
def test_a_dump_restored_beside_the_database_of_its_cluster(on_servers, tmp_path):
    halfway(on_servers)
    shape = on_servers.shape
    shape.ask_server(f'CREATE DATABASE "{shape.name}_beside" TEMPLATE template0')
    beside = with_database(shape.url, f"{shape.name}_beside")
    try:
        dump(shape.url, tmp_path / "dump")
        go_on(on_servers)
        fill(beside, tmp_path / "dump")
        for name in shape.workers:
            on_servers.kill(name)
        shape.url = beside
        on_servers.start_workers()
        check(on_servers)
    finally:
        for name in [*shape.workers, "beat"]:
            on_servers.kill(name)
        shape.ask_server(f'DROP DATABASE "{shape.name}_beside" WITH (FORCE)')


@pytest.mark.services
def test_a_base_backup_that_is_started(tmp_path, cluster):
    installation = Installation(tmp_path, Services(tmp_path, cluster.template))
    copy = cluster.folder.with_name(f"{cluster.folder.name}-copy")
    try:
        halfway(installation)
        backup = [str(programs() / "pg_basebackup"), "--pgdata", str(copy), "--checkpoint=fast"]
        place = ["--host=127.0.0.1", f"--port={cluster.port}", "--username=postgres"]
        subprocess.run([*backup, *place], **cluster.owner, cwd="/", check=True, timeout=60)
        go_on(installation)
        for name in installation.shape.workers:
            installation.kill(name)
        installation.act("pump")
        cluster.break_down()
        shutil.rmtree(cluster.folder)
        copy.rename(cluster.folder)
        # Of the server that was copied, whose number another process may bear.
        for lock in cluster.folder.glob(".s.PGSQL.*.lock"):
            lock.unlink()
        cluster.start()
        installation.start_workers()
        check(installation)
    finally:
        installation.stop()


@pytest.mark.services
def test_a_server_that_is_promoted_and_has_lost_nothing_goes_on(on_servers):
    halfway(on_servers)
    # What taking over does to an unlogged table.
    on_servers.query("TRUNCATE communications_life")
    on_servers.tell_relay(seconds_per_mail=0)
    on_servers.start_beat()
    until(on_servers.is_at_rest, "rest")
    assert not is_held(on_servers)
    on_servers.check_ledger(PEOPLE, cut=80)


# SQLite


@pytest.fixture
def one_file(tmp_path, embedded):
    made = Installation(tmp_path, embedded)
    yield made
    made.stop()


def copy_of(source, target):
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as write:
        read.backup(write)


def stop_between_two_writes(installation):
    """Stop the worker while it holds no lock, for which a copy would wait for ever."""
    with closing(sqlite3.connect(installation.shape.database, timeout=HANGS)) as mine:
        mine.execute("BEGIN IMMEDIATE")
        os.killpg(installation.processes["worker"].pid, signal.SIGSTOP)
        mine.rollback()


@pytest.mark.embedded
def test_a_file_copied_back_under_workers_that_run(one_file, tmp_path):
    halfway(one_file)
    copy_of(one_file.shape.database, tmp_path / "copy")
    go_on(one_file)
    stop_between_two_writes(one_file)
    copy_of(tmp_path / "copy", one_file.shape.database)
    os.killpg(one_file.processes["worker"].pid, signal.SIGCONT)
    check(one_file)


@pytest.mark.embedded
@pytest.mark.parametrize(
    "place",
    [
        "the same",
        pytest.param("another", marks=pytest.mark.thorough),
        pytest.param("another machine", marks=pytest.mark.thorough),
    ],
)
def test_a_file_copied_while_all_is_stopped(one_file, tmp_path, place):
    halfway(one_file)
    copy_of(one_file.shape.database, tmp_path / "copy")
    go_on(one_file)
    one_file.kill("worker")
    shape: Embedded = one_file.shape
    for rest in ("-wal", "-shm"):
        shape.database.with_name(shape.database.name + rest).unlink(missing_ok=True)
    if place == "the same":
        shutil.copyfile(tmp_path / "copy", shape.database)
    else:
        shape.database = tmp_path / "copy"
    if place == "another machine":
        shutil.rmtree(tmp_path / "broker", ignore_errors=True)
    one_file.start_workers()
    check(one_file)
