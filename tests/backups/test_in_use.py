"""A database that somebody uses is not overwritten; a restore that was killed is not somebody."""

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.core.management import CommandError
from django.db import connection

from communications.models import Heartbeat
from onelift.backups import clients, postgresql
from programmes.database.clock import database_now
from stakeholders.models import Person
from tests.backups.handling import manage, url_of_tests

pytestmark = pytest.mark.django_db(transaction=True)


def is_refused(folder, sentence):
    Person.objects.update(last_name="Later")
    with pytest.raises(CommandError, match=sentence):
        manage("restore", folder, "--replace")
    assert {*Person.objects.values_list("last_name", flat=True)} == {"Later"}


@pytest.fixture
def session():
    """A session of another process on PostgreSQL, by a name."""
    opened = []

    def start(name):
        opened.append(psycopg2.connect(url_of_tests(), application_name=name))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.mark.services
def test_postgresql_that_a_portal_uses_is_left_alone(folder, session):
    session("onelift"), session("onelift"), session("psql")
    is_refused(folder, r"is in use by onelift \(2\), psql \(1\): stop beat, worker and web")


@pytest.mark.services
def test_what_a_killed_restore_left_on_the_server_is_ended(folder, session):
    left = session(clients.FILLING)
    left.cursor().execute("LOCK TABLE stakeholders_person IN ACCESS EXCLUSIVE MODE")
    manage("restore", folder, "--replace")
    assert Person.objects.count() == 6
    with pytest.raises(psycopg2.OperationalError):
        left.cursor().execute("SELECT 1")


@pytest.mark.services
def test_two_restores_do_not_meet_on_postgresql(folder, session):
    session("another").cursor().execute("SELECT pg_advisory_lock(%s)", [postgresql.LOCK])
    is_refused(folder, "Another restore or a backup of this database is running")


@pytest.mark.services
def test_a_backup_and_a_restore_do_not_meet_on_postgresql(folder, session, tmp_path):
    other = session("another").cursor()
    other.execute("SELECT pg_advisory_lock(%s)", [postgresql.LOCK])
    with pytest.raises(CommandError, match="A restore into this database is running"):
        manage("backup", tmp_path / "second")
    other.execute("SELECT pg_advisory_unlock(%s)", [postgresql.LOCK])
    other.execute("SELECT pg_advisory_lock_shared(%s)", [postgresql.LOCK])
    manage("backup", tmp_path / "second")
    is_refused(folder, "Another restore or a backup of this database is running")


@pytest.mark.embedded
def test_sqlite_that_a_portal_has_open_is_left_alone(folder):
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("SELECT * FROM stakeholders_person").fetchall()
        is_refused(folder, "is in use, or was a moment ago: stop beat, worker and web, and run")
    manage("restore", folder, "--replace")


def test_a_database_of_which_a_worker_has_just_told_is_left_alone(folder):
    """Between two rounds it holds no connection to PostgreSQL."""
    Heartbeat.objects.filter(name="pump").update(at=database_now())
    is_refused(folder, "wait a minute, and run this again")


@pytest.mark.embedded
def test_two_restores_and_a_backup_do_not_meet_on_sqlite(folder, tmp_path):
    with Path(f"{connection.settings_dict['NAME']}.restoring").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_refused(folder, "Another restore into this database is running")
        with pytest.raises(CommandError, match="A restore into this database is running"):
            manage("backup", tmp_path / "second")
    manage("backup", tmp_path / "second")
    manage("restore", folder, "--replace")
