"""``manage.py doctor`` in the production shape, run as the documentation says."""

import json
import shutil
import socket
import subprocess
import sys

import pytest
from django.db import connection

from onelift.dashboards.checkup.queries import database, work
from tests.communications.mailroom.test_mail import certificate, trusted  # noqa: F401  fixtures
from tests.operations.shape import free_port
from tests.operations.visitor import ask
from tests.waiting import until

pytestmark = [pytest.mark.services, pytest.mark.slow]


def examine(shape, **environment):
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--format", "json"],
        cwd=shape.app,
        env={**shape.environment("web"), **environment},
        capture_output=True,
        text=True,
    )
    found = {check["part"]: check for check in json.loads(done.stdout)["checks"]}
    return done, found


def runs(shape):
    """Tell whether each recurring job has run once; on a busy machine the pump may be first."""
    jobs = examine(shape)[1]["recurring jobs"]
    return ask(shape, "/healthz").status == 200 and jobs["level"] == "ok"


def test_an_installation_of_the_compose_file_is_as_it_should_be(shape):
    until(lambda: runs(shape), "a run of each recurring job")
    done, found = examine(shape, DEFAULT_FROM_EMAIL="OneLift <onelift@onelift.dev>")
    assert {part: each for part, each in found.items() if each["level"] == "trouble"} == {}
    assert done.returncode == 0, done.stdout
    assert done.stderr == ""


def test_a_broker_that_is_away_is_named_once_and_stops_nothing(shape):
    until(lambda: runs(shape), "a run of each recurring job")
    done, found = examine(shape, REDIS_URL="redis://:hush-hush@127.0.0.1:1/0")
    assert done.returncode == 1
    assert found["broker"]["level"] == "trouble"
    assert found["workers"]["sentence"] == "Not checked: the broker is not responding."
    assert found["recurring jobs"]["level"] == "ok"
    assert "hush-hush" not in done.stdout + done.stderr


def accepts(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def redis_with_tls(tmp_path, certificate):  # noqa: F811  the fixture
    """Start a Redis that speaks TLS with a certificate of its own; return address and file."""
    port = free_port()
    options = {"port": 0, "tls-port": port, "save": "", "dir": tmp_path, "tls-auth-clients": "no"}
    options |= {"tls-cert-file": certificate, "tls-key-file": certificate}
    command = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    with subprocess.Popen(["redis-server", *command], stdout=subprocess.DEVNULL) as server:
        until(lambda: accepts(port), "a Redis")
        yield f"rediss://127.0.0.1:{port}/0"
        server.terminate()


@pytest.mark.skipif(not shutil.which("redis-server"), reason="Redis runs elsewhere")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("trusted")
def test_a_broker_whose_certificate_nobody_looks_at_is_named(redis_with_tls, settings, monkeypatch):
    settings.REDIS_URL = redis_with_tls
    assert "add ?ssl_cert_reqs=required" in work.check_broker().sentence
    settings.REDIS_URL = f"{redis_with_tls}?ssl_cert_reqs=required"
    assert work.check_broker().level == "ok"
    monkeypatch.delenv("SSL_CERT_FILE")
    assert work.check_broker().level == "trouble"


@pytest.mark.django_db
def test_a_server_that_may_forget_commits_is_trouble():
    assert database.check_commits().level == "ok"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    found = database.check_commits()
    assert found.level == "trouble"
    assert found.sentence.startswith("synchronous_commit off")


def test_a_database_without_utf8_is_trouble(shape):
    name = f"{shape.database}_ascii"
    options = "ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    shape.as_server(f'CREATE DATABASE "{name}" {options}')
    try:
        url = shape.environment("web")["DATABASE_URL"].replace(shape.database, name)
        _done, found = examine(shape, DATABASE_URL=url)
    finally:
        shape.as_server(f'DROP DATABASE "{name}" WITH (FORCE)')
    assert "ENCODING 'UTF8'" in found["database"]["sentence"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("setting", "value"),
    [("log_statement", "mod"), ("log_min_duration_statement", "250"), ("log_statement", "all")],
)
def test_a_server_that_writes_answers_into_its_log_is_named(setting, value):
    assert database.check_statements().level == "ok"
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {setting} = '{value}'")
    found = database.check_statements()
    assert (found.level, setting in found.sentence) == ("warning", True)
