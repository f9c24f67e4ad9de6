import os
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from communications.models import Heartbeat
from onelift.dashboards.checkup.queries import health as healths
from onelift.watching.patience import patiently
from programmes.database.clock import database_now

PATHS = ("/healthz", "/livez")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def broker(tmp_path, settings):
    settings.BROKER_DIR, settings.REDIS_URL = tmp_path / "broker", ""
    settings.BROKER_DIR.mkdir()
    return settings.BROKER_DIR


def pump_ran(seconds_ago):
    at = database_now() - timedelta(seconds=seconds_ago)
    Heartbeat.objects.update_or_create(name="pump", defaults={"at": at})


def ask(client):
    answer = client.get("/healthz")
    return answer.status_code, answer.json()


def test_all_is_well_while_the_pump_runs(client):
    pump_ran(20)
    code, found = ask(client)
    assert code == 200
    assert found.pop("pump_seconds") in (20, 21, 22)
    assert found.pop("sending") == {"status": "ok"}
    assert found == {"status": "ok", "database": "ok", "broker": "ok"}


def test_a_pump_that_never_ran_or_stands_still_is_ill(client):
    assert ask(client)[0] == 503
    assert ask(client)[1]["pump_seconds"] is None
    pump_ran(175)
    assert ask(client)[0] == 200
    pump_ran(185)
    code, found = ask(client)
    assert (code, found["status"], found["database"]) == (503, "down", "ok")


def test_a_broker_without_its_folder_is_down(client, broker):
    pump_ran(1)
    broker.rmdir()
    code, found = ask(client)
    assert (code, found["broker"], found["database"]) == (503, "down", "ok")


@contextmanager
def as_nobody():
    """Act with the rights of nobody, since root may write anywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.mark.parametrize(("mode", "found"), [(0o777, "ok"), (0o555, "down")])
def test_a_broker_whose_folder_is_read_only_is_down(settings, mode, found):
    with TemporaryDirectory() as folder:
        settings.BROKER_DIR = Path(folder)
        settings.BROKER_DIR.chmod(mode)
        with as_nobody():
            assert healths._ask_broker() == found


def test_redis_that_does_not_answer_is_down_and_no_secret_is_told(client, settings):
    pump_ran(1)
    settings.REDIS_URL = "redis://:hush@127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["broker"]) == (503, "down")
    assert b"hush" not in answer.content


def test_a_database_without_its_tables_is_down(client):
    pump_ran(1)
    with connection.schema_editor() as editor:
        editor.alter_db_table(Heartbeat, "communications_heartbeat", "elsewhere")
    try:
        code, found = ask(client)
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(Heartbeat, "elsewhere", "communications_heartbeat")
    assert (code, found["database"], found["pump_seconds"]) == (503, "down", None)


def test_what_hangs_is_not_waited_for():
    from threading import Event

    forever = Event()
    assert patiently(lambda: forever.wait(5) and "late", "down", 0.5) == "down"
    forever.set()


def test_it_asks_for_no_session_and_no_name_of_the_host(client, as_user, cast, settings):
    pump_ran(1)
    settings.ALLOWED_HOSTS = ["onelift.example.com"]
    signed_in = as_user(cast.otto)
    with connection.schema_editor() as editor:
        editor.alter_db_table(Session, "django_session", "elsewhere")
    try:
        answers = [signed_in.get(path, headers={"host": "10.1.2.3"}) for path in PATHS]
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(Session, "elsewhere", "django_session")
    assert [answer.status_code for answer in answers] == [200, 200]


def test_the_process_says_that_it_lives_whatever_the_others_do(client, broker):
    broker.rmdir()
    assert client.get("/healthz").status_code == 503
    alive = client.get("/livez")
    assert (alive.content, alive["Content-Type"]) == (b"alive", "text/plain; charset=utf-8")


def test_it_starts_no_session_and_takes_get_only(client):
    assert not client.get("/healthz").cookies
    assert client.post("/healthz").status_code == 405
