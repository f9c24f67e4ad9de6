"""What Prometheus reads: figures of the whole installation, for whoever may, and about nobody."""

import socket
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from communications.models import Heartbeat, Proof, Watermark
from communications.operation.services.proof import note_proof
from communications.operation.services.pump import run_pump
from onelift.celery import QUEUES
from onelift.configuration.environment import env
from onelift.dashboards.checkup.views.health import HealthFirstMiddleware
from onelift.watching import broker
from onelift.watching.figures import of_jobs, of_mails, of_sending
from programmes.database.clock import database_now
from tests.clock import NOW
from tests.communications.conftest import relay  # noqa: F401  a fixture
from tests.communications.making import approve, make_message, run
from tests.feedback.conftest import asked  # noqa: F401  a fixture
from tests.feedback.test_answer_page import (  # noqa: F401  one is a fixture
    address,
    invitation,
    post,
)
from tests.redis_databases import redis_url
from tests.test_settings import run as run_apart
from tests.waiting import HANGS

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
TOKEN = "a-token-of-prometheus"


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.BROKER_DIR, settings.REDIS_URL = tmp_path / "broker", ""
    settings.BROKER_DIR.mkdir()
    return settings.BROKER_DIR


def figures(client, **headers):
    """Return each figure that is told, by its name and its labels."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name.removeprefix("onelift_"), *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


# Who may


@pytest.mark.parametrize("name", ["forwarded", "x-forwarded-for"])
def test_the_embedded_mode_is_open_and_not_through_a_proxy(client, settings, name):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={name: "for=192.0.2.1"}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    headers = {name: "for=192.0.2.1", "authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", headers=headers).status_code == 200


def test_production_tells_whoever_has_the_token(client, settings):
    settings.METRICS_ARE_OPEN = False
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for given in ("", f"Basic {TOKEN}", "Bearer", "Bearer other", f"Bearer {TOKEN}x", "Bearer é"):
        answer = client.get("/metrics", headers={"authorization": given})
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.content == b""
    assert figures(client, authorization=f"Bearer {TOKEN}")["database_up",] == 1


def test_it_takes_get_only_and_no_cache_keeps_it(client):
    assert client.post("/metrics").status_code == 405
    assert "no-store" in client.get("/metrics")["Cache-Control"]


# What it says


def test_a_dead_mail_server_is_seen_in_the_figures(client, cast, relay):  # noqa: F811
    begun = database_now() - 30 * MINUTE
    day = begun.date() - timedelta(days=1)
    approve(cast, make_message(cast, begun, fixed_on=day, latest_hours=96), begun)
    relay.refuse()
    run(database_now())
    found = figures(client)
    assert (found["mails_due",], found["mails", "delivery", "planned"]) == (6, 6)
    assert 24 * 60 < found["mails_due_oldest_seconds",] < 26 * 60
    assert (found["mail_server_reachable",], found["sending_degraded",]) == (0, 1)
    assert found["pump_age_seconds", "pump"] < 60
    relay.listen()
    run(database_now() + 2 * MINUTE)
    found = figures(client)
    assert (found["mails_due",], found["mails_due_oldest_seconds",]) == (0, 0)
    assert (found["mail_server_reachable",], found["sending_degraded",]) == (1, 0)
    assert found["mails", "delivery", "sent"] == found["mails_sent_total",] == 6


def test_a_hold_is_seen(client):
    run_pump(database_now())
    assert figures(client)["restore_hold",] == 0
    Watermark.objects.update(place="elsewhere")
    run_pump(database_now())
    found = figures(client)
    assert (found["restore_hold",], found["sending_degraded",]) == (1, 1)


def test_the_age_of_the_newest_backup_is_told_once_there_is_one(client):
    assert ("backup_age_seconds",) not in figures(client)
    note_proof(Proof.Kind.BACKUP, database_now() - 90 * MINUTE, amount=1)
    assert 5400 <= figures(client)["backup_age_seconds",] < 5400 + HANGS


def test_workers_and_queues_are_counted_where_tasks_lie(client, files):
    assert figures(client)["workers",] == 0
    for worker in ("celery@one", "celery@two", "celery@one"):
        broker.show_worker(worker)
    (files / "123_abc.dispatch.msg").touch()
    found = figures(client)
    assert found["workers",] == 2
    assert [found["queue_tasks", queue] for queue in QUEUES] == [0, 1, 0]


@pytest.mark.services
def test_workers_and_queues_are_counted_in_redis(client, settings, worker_id):
    settings.REDIS_URL = env("REDIS_URL")
    settings.REDIS_URL = redis_url(worker_id, "passing")
    with broker._redis() as redis:
        redis.delete(broker.KEY, *QUEUES)
        redis.lpush("default", "one", "two")
        broker.show_worker("celery@one")
        redis.zadd(broker.KEY, {"celery@dead": NOW.timestamp() - 60})
        try:
            found = figures(client)
        finally:
            redis.delete(broker.KEY, *QUEUES)
    assert (found["workers",], found["queue_tasks", "default"]) == (1, 2)


@pytest.fixture
def silent_port():
    """Listen and never answer, as a Redis that hangs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_redis_that_hangs_keeps_nobody_waiting_and_the_rest_is_told(
    client, settings, silent_port
):
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"
    begun = time.monotonic()
    found = figures(client)
    assert time.monotonic() - begun < HANGS / 2
    assert (found["database_up",], found["broker_up",]) == (1, 0)
    assert not [name for name in found if name[0] in ("workers", "queue_tasks")]


def test_a_database_without_its_tables_still_gets_an_answer(client):
    with connection.schema_editor() as editor:
        editor.alter_db_table(Heartbeat, "communications_heartbeat", "elsewhere")
    try:
        found = figures(client)
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(Heartbeat, "elsewhere", "communications_heartbeat")
    assert (found["database_up",], found["broker_up",]) == (0, 1)
    assert ("mails_due",) not in found


def test_pages_are_known_by_the_name_of_their_route(client):
    before = figures(client)
    client.get("/s/somebody-s-own-token/")
    client.get("/no/such/page/")
    found = figures(client)

    def more(*name):
        return found[name] - before.get(name, 0)

    assert more("page_seconds_count", "feedback:answer-give") == 1
    assert more("page_seconds_bucket", "+Inf", "feedback:answer-give") == 1
    assert more("page_seconds_count", "none") == 1
    assert not [name for name in found if "/" in "".join(name)]


def test_what_monitors_ask_is_no_page_and_writes_no_line_of_the_log(client, caplog):
    caplog.set_level("INFO", "onelift.logs.tracing")
    before, probes = pages_answered(client), HealthFirstMiddleware(lambda _request: None).views
    assert [client.get(probe).status_code for probe in probes] == [503, 200, 200]
    assert (pages_answered(client), caplog.messages) == (before, [])
    client.get("/no/such/page/")
    assert (pages_answered(client), caplog.messages) == (before + 1, ["GET 404"])
    caplog.set_level("DEBUG", "onelift.logs.tracing")
    client.get("/livez")
    assert caplog.records[-1].levelname == "DEBUG"


def pages_answered(client):
    found = figures(client).items()
    return sum(count for (name, *_), count in found if name == "page_seconds_count")


def test_the_time_of_pages_is_told_before_anybody_has_opened_one(tmp_path):
    scrape = """
from prometheus_client import generate_latest
from onelift.watching.pages import counted
print(generate_latest(counted()).decode())
"""
    for environment in ({}, {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}):
        told = run_apart(["-c", scrape], tmp_path, **environment).stdout.splitlines()
        assert 'onelift_page_seconds_count{route="none"} 0.0' in told


def test_nobody_is_in_it(client, world):
    text = client.get("/metrics").content.decode()
    assert [canary for canary in world.canaries if canary in text] == []
    assert "@" not in text


@pytest.mark.parametrize("messages", [1, 3])
def test_a_scrape_costs_the_same_whatever_there_is(cast, now, messages):
    for number in range(messages):
        approve(cast, make_message(cast, now, purpose=f"Tell {number}"), now)
    run_pump(now + 6 * MINUTE)
    with CaptureQueriesContext(connection) as queries:
        list(of_sending(now + 20 * MINUTE))
        list(of_mails())
        list(of_jobs())
    assert len(queries) == 25


def test_an_answer_to_a_survey_is_counted_and_a_form_that_is_not_in_order_is_none(
    client,
    invitation,  # noqa: F811
):
    url, before = address(invitation), figures(client)["survey_answers_total",]
    assert post(url, csat="eleven").status_code == 422
    assert post(url, csat=4).status_code == 200
    assert post(url, csat=4, nonce="made up").status_code == 404
    assert figures(client)["survey_answers_total",] == before + 1
