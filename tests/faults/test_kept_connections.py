"""Answers without a body, and parts of one, on connections that proxies keep and share."""

import http.client
import re
import threading
from contextlib import contextmanager

import pytest

from tests.faults.harness import Installation
from tests.faults.proxies import in_front
from tests.faults.shapes import Embedded
from tests.faults.slow import HOST, connect, head
from tests.waiting import HANGS

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

HONEST, STRANGERS, ROUNDS = 50, 4, 25
PAGE = "/accounts/login/"


@pytest.fixture(scope="module")
def web(tmp_path_factory, migrated_file):
    folder = tmp_path_factory.mktemp("kept")
    made = Installation(folder, Embedded(folder, migrated_file), WEB_CONCURRENCY="1")
    try:
        made.start_web()
        yield made
    finally:
        made.stop()


class Shared:
    """A line from which several answers are read, one after the other."""

    def __init__(self, line):
        self.file = line.makefile("rb")

    def makefile(self, _mode):
        return self

    def __getattr__(self, name):
        return getattr(self.file, name)

    def close(self):
        """Leave the line to the next answer."""


def answers(line, methods):
    """Yield status, headers and body of each answer, in the order in which they were asked for."""
    shared = Shared(line)
    for method in methods:
        answer = http.client.HTTPResponse(shared, method=method)
        answer.begin()
        yield answer.status, answer.headers, answer.read()


def ask(port, *requests):
    """Ask for all at once on one connection (pipelining); return the answers."""
    said = [head(path, *more, method=method) for method, path, *more in requests]
    with connect(port, b"".join(said)) as line:
        return list(answers(line, [method for method, *_rest in requests]))


@pytest.fixture
def odd(web):
    """Return requests whose answers have no body or a part, with statuses and sizes."""
    ((_status, _headers, page),) = ask(web.web_port, ("GET", PAGE))
    file = re.search(rb'href="(/static/[^"]+\.css)"', page)[1].decode()
    ((status, headers, style),) = ask(web.web_port, ("GET", file))
    assert status == 200
    since = f"If-Modified-Since: {headers['Last-Modified']}"
    return {
        ("HEAD", PAGE): (200, 0),
        ("GET", file, "Range: bytes=0-9"): (206, 10),
        ("HEAD", file): (200, 0),
        ("HEAD", "/nowhere/"): (404, 0),
        ("GET", file): (200, len(style)),
        # Web closes the connection behind it, since it has no length: the last one.
        ("GET", file, since): (304, 0),
    }


@contextmanager
def crowd(port):
    """Let honest visitors ask for pages over kept connections; yield what they got meanwhile."""
    stop, got = threading.Event(), []

    def visit():
        line = http.client.HTTPConnection(HOST, port, timeout=HANGS)
        while not stop.is_set():
            line.request("GET", PAGE)
            answer = line.getresponse()
            body = answer.read()
            got.append((answer.status, body.rstrip().endswith(b"</html>")))
        line.close()

    visitors = [threading.Thread(target=visit) for _each in range(HONEST)]
    for each in visitors:
        each.start()
    try:
        yield got
    finally:
        stop.set()
        for each in visitors:
            each.join()


@pytest.mark.parametrize("kind", ["none", "nginx", "caddy"])
def test_odd_requests_leave_kept_connections_in_order(web, tmp_path, odd, kind):
    """Whoever asks oddly breaks no page of others, whose answers travel on the same connections."""
    found = []

    def ask_oddly(port):
        for _each in range(ROUNDS):
            found.append([(status, len(body)) for status, _headers, body in ask(port, *odd)])

    with in_front(kind, tmp_path / kind, web.web_port) as port, crowd(port) as got:
        strangers = [threading.Thread(target=ask_oddly, args=(port,)) for _ in range(STRANGERS)]
        for each in strangers:
            each.start()
        for each in strangers:
            each.join()
    assert found == [list(odd.values())] * (STRANGERS * ROUNDS)
    assert len(got) >= HONEST
    assert set(got) == {(200, True)}
