import os
from datetime import timedelta

import pytest
from django.db import connection

from communications.models import Heartbeat
from onelift.dashboards.queries import health as healths
from programmes.queries.clock import database_now

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
    assert found == {"status": "ok", "database": "ok", "broker": "ok", "version": "0.1.0"}


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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_broker_whose_folder_is_read_only_is_down(client, broker):
    pump_ran(1)
    broker.chmod(0o500)
    assert ask(client)[0] == 503


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
    assert healths._patiently(lambda: forever.wait(5) and "late", "down") == "down"
    forever.set()


def test_it_starts_no_session_and_takes_get_only(client):
    assert not client.get("/healthz").cookies
    assert client.post("/healthz").status_code == 405
