"""``manage.py doctor`` in the production shape, run as the documentation says."""

import json
import subprocess
import sys

import pytest
from django.db import connection

from onelift.dashboards.queries.checkup import database
from tests.operations.shape import wait_for
from tests.operations.visitor import ask

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


def test_an_installation_of_the_compose_file_is_as_it_should_be(shape):
    wait_for(lambda: ask(shape, "/healthz").status == 200)
    done, found = examine(shape, DEFAULT_FROM_EMAIL="OneLift <onelift@onelift.dev>")
    assert {part: each for part, each in found.items() if each["level"] == "trouble"} == {}
    assert done.returncode == 0, done.stdout
    assert done.stderr == ""


def test_a_broker_that_is_away_is_named_once_and_stops_nothing(shape):
    done, found = examine(shape, REDIS_URL="redis://:hush-hush@127.0.0.1:1/0")
    assert done.returncode == 1
    assert found["broker"]["level"] == "trouble"
    assert found["workers"]["sentence"] == "Not looked at: the broker cannot be asked."
    assert found["recurring jobs"]["level"] == "ok"
    assert "hush-hush" not in done.stdout + done.stderr


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
