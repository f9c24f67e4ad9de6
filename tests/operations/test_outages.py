"""What still works while a part of the production shape is away."""

import json

import pytest

from tests.operations.shape import free_port
from tests.operations.visitor import ask, sign_in
from tests.waiting import until

pytestmark = [pytest.mark.services, pytest.mark.slow]


def a_web_with(shape, **environment):
    """Start one more web; return its port once it answers."""
    port = free_port()
    name = f"web-{port}"
    shape.start("web", name, PORT=str(port), WEB_CONCURRENCY="1", **environment)

    def answers():
        try:
            return ask(shape, "/livez", port=port).status == 200
        except ConnectionError:
            return False

    until(answers, "an answer")
    return port


@pytest.fixture(scope="module")
def without_broker(shape):
    return a_web_with(shape, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")


@pytest.fixture(scope="module")
def without_database(shape):
    nowhere = f"postgres://onelift@127.0.0.1:{free_port()}/onelift"
    return a_web_with(shape, DATABASE_URL=nowhere)


def test_pages_are_answered_without_the_broker(shape, without_broker):
    answer, cookie = sign_in(shape, without_broker)
    assert answer.status == 302
    assert "sessionid" in cookie
    for path in ("/p/one-it/overview/", "/p/one-it/messages/", f"/s/{shape.seeded['token']}/"):
        assert ask(shape, path, port=without_broker, Cookie=cookie).status == 200


def test_the_monitor_learns_that_the_broker_is_away(shape, without_broker):
    until(lambda: ask(shape, "/healthz").status == 200, "a page of health")
    answer = ask(shape, "/healthz", port=without_broker)
    found = json.loads(answer.body)
    assert (answer.status, found["broker"], found["database"]) == (503, "down", "ok")


def test_the_monitor_is_answered_without_a_database_though_it_has_a_session(
    shape, without_database
):
    _answer, cookie = sign_in(shape)
    answer = ask(shape, "/healthz", port=without_database, Cookie=cookie)
    assert answer.status == 503
    found = json.loads(answer.body)
    assert (found["status"], found["database"], found["broker"]) == ("down", "down", "ok")


def test_a_page_without_a_database_is_a_plain_error_that_tells_nothing(shape, without_database):
    _answer, cookie = sign_in(shape)
    answer = ask(shape, "/p/one-it/overview/", port=without_database, Cookie=cookie)
    assert answer.status == 500
    assert b"Traceback" not in answer.body
    assert "'self'" in answer.getheader("Content-Security-Policy")
