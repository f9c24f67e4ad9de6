"""The logs of the production shape: machines can read them, and nobody is in them."""

import json
import re
import uuid

import pytest

from tests.faults.slow import connect, whole_answer
from tests.operations.visitor import PROXY, ask, sign_in
from tests.waiting import until

pytestmark = [pytest.mark.services, pytest.mark.slow]

NAMES = {
    *("time", "level", "logger", "message", "request_id", "task_id", "task"),
    *("method", "route", "status", "ms", "traceback"),
}
ID = "0123456789abcdef0123456789abcdef"


def lines_of(shape, service):
    return [json.loads(line) for line in shape.log(service).read_text().splitlines()]


def all_lines(shape):
    return [line for service in shape.processes for line in lines_of(shape, service)]


def of_request(shape, request_id):
    return [line for line in lines_of(shape, "web") if line.get("request_id") == request_id]


def test_a_request_is_one_line_with_its_route_and_not_its_address(shape):
    token = shape.seeded["token"]
    ask(shape, f"/s/{token}/?lang=fr", X_Request_ID=ID)
    until(lambda: of_request(shape, ID), "the lines of the request")
    (line,) = of_request(shape, ID)
    assert line["time"].endswith("+00:00")
    assert (line["level"], line["method"], line["status"]) == ("INFO", "GET", 200)
    assert line["route"] == "s/<str:token>/"
    assert line["ms"] > 0


@pytest.mark.parametrize("bad", ["", "anna@example.com", "x" * 32, "a" * 65, 'ab"c' * 8, "0" * 15])
def test_an_id_that_is_none_is_not_taken_over(shape, bad):
    given = ask(shape, "/accounts/login/", X_Request_ID=bad).getheader("X-Request-ID")
    assert given != bad
    assert re.fullmatch(r"[0-9a-f]{32}", given)


def test_the_id_of_the_proxy_goes_back(shape):
    for one in (ID, str(uuid.uuid4())):
        assert ask(shape, "/livez", X_Request_ID=one).getheader("X-Request-ID") == one


def test_the_clock_is_silent_about_what_recurs(shape):
    until(lambda: lines_of(shape, "beat"), "lines of beat")
    assert not [line for line in lines_of(shape, "beat") if "Sending due task" in line["message"]]


def test_a_task_is_told_by_name_and_id(shape):
    def told():
        return [line for line in lines_of(shape, "worker") if line.get("task")]

    until(told, "the lines of what was done")
    assert {line["task"] for line in told()} & {"communications.pump", "communications.deliver"}
    assert all(uuid.UUID(line["task_id"]) for line in told())


PAGE_THAT_WAKES = """
import onelift, django
django.setup()
from django.http import HttpResponse
from django.test import RequestFactory
from onelift.logs.tracing import TracingMiddleware

def page(request):
    onelift.celery_app.send_task("communications.pump")
    return HttpResponse()

TracingMiddleware(page)(RequestFactory().get("/", headers={"X-Request-ID": "%s"}))
"""


def test_what_a_request_wakes_carries_its_id_and_so_does_what_that_wakes(shape):
    request_id = uuid.uuid4().hex
    shape.run("web", ["python", "-c", PAGE_THAT_WAKES % request_id])

    def woken():
        lines = lines_of(shape, "worker")
        return {line["task"] for line in lines if line.get("request_id") == request_id}

    until(lambda: woken() == {"communications.pump", "communications.deliver"}, "both tasks awake")


def test_an_error_has_its_traceback_and_no_value(shape):
    _answer, cookie = sign_in(shape)
    broken = uuid.uuid4().hex
    shape.as_server("ALTER TABLE communications_message RENAME TO elsewhere", shape.database)
    try:
        answer = ask(
            shape, "/p/one-it/messages/?q=Quillfeather", Cookie=cookie, X_Request_ID=broken
        )
    finally:
        shape.as_server("ALTER TABLE elsewhere RENAME TO communications_message", shape.database)
    assert answer.status == 500
    lines = of_request(shape, broken)
    error = next(line for line in lines if "traceback" in line)
    assert error["level"] == "ERROR"
    assert "/views/" in error["traceback"]
    assert (
        'ProgrammingError: relation "communications_message" does not exist' in error["traceback"]
    )
    assert any(line.get("status") == 500 for line in lines)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://[", ()),
        ("/livez", ("Content-Length", "9" * 4301)),
        ("/accounts/login/", ("Host", "stranger.example")),
        ("/accounts/login/", ("Host", "[")),
        (f"/p/one-it/overview/?q={'x' * 17_000}", ()),
        (f"/accounts/login/?{'a=&' * 3_000}", ()),
    ],
)
def test_what_strangers_send_is_refused_and_no_error(shape, address, told):
    before = len(lines_of(shape, "web"))
    named = PROXY | dict([told] if told else []) | {"Connection": "close"}
    lines = [f"GET {address} HTTP/1.1", *(": ".join(one) for one in named.items()), "", ""]
    with connect(shape.port, "\r\n".join(lines).encode()) as one:
        assert whole_answer(one)[8:13] == b" 400 "
    assert [x for x in lines_of(shape, "web")[before:] if x["level"] == "ERROR"] == []
    assert not [x for x in lines_of(shape, "web")[before:] if "traceback" in x]


def test_nobody_is_in_any_line_of_any_process(shape):
    """Sign-ins, links, mails that arrived and one that failed are behind us here."""
    ask(shape, "/accounts/password/reset/key/3-abcdef-0123456789/")
    ask(shape, "/p/one-it/people/?q=Quillfeather")
    until(lambda: len(lines_of(shape, "worker")) > 5, "lines of the worker")
    for line in all_lines(shape):
        assert set(line) <= NAMES
    everything = "\n".join(shape.log(service).read_text() for service in shape.processes)
    hidden = [*shape.seeded["personal"], shape.seeded["token"], "198.51.100.7", "abcdef-0123456789"]
    assert [word for word in hidden if word in everything] == []
    assert not re.search(r"[\w.]+@[\w-]+\.\w+", everything)


@pytest.mark.parametrize("service", ["mail", "web", "worker", "beat"])
def test_a_stop_in_good_order_is_told_in_the_same_way(shape, service):
    assert shape.terminate(service) == 0
    assert all(set(line) <= NAMES for line in lines_of(shape, service))
    shape.start(service)
    until(lambda: shape.is_healthy(service), "a service that is well")
