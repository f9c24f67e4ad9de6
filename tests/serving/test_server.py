"""The loop of one process under more connections and bytes than it may hold, on real sockets."""

import socket
import threading
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO

import pytest

from onelift.serving import channel as channels
from onelift.serving import server as servers
from onelift.serving.request import HEAD_BYTES
from onelift.serving.server import Loop
from tests.faults.slow import END, HALF_BODY, HALF_HEAD, connect, head, whole_answer
from tests.waiting import until

MOST = 120
CLOSING = head("/", "Connection: close", method="GET")


def application(environ, start_response):
    """Answer with as much as the address asks for, in the way that its path names."""
    if environ.get(channels.QUESTION):
        start_response("413 Too Large", [])
        return [b""]
    return WAYS[environ["PATH_INFO"]](environ, start_response, int(environ["QUERY_STRING"] or 0))


def whole(_environ, start_response, size):
    start_response("200 OK", [("Content-Length", str(size))])
    return iter([b"x" * size])


def in_pieces(_environ, start_response, size):
    start_response("200 OK", [])
    return iter([b"x"] * size)


def as_file(environ, start_response, size):
    start_response("200 OK", [("Content-Length", str(size))])
    return environ.get("wsgi.file_wrapper", list)(BytesIO(b"x" * size))


def broken(_environ, _start_response, _size):
    raise ZeroDivisionError


def unchanged(_environ, start_response, size):
    start_response("304 Not Modified", [])
    return iter([b"x" * size])


def empty(_environ, start_response, size):
    start_response("204 No Content", [])
    return iter([b"x" * size])


WAYS = {
    "/": whole,
    "/pieces": in_pieces,
    "/file": as_file,
    "/broken": broken,
    "/unchanged": unchanged,
    "/empty": empty,
}


@contextmanager
def serving(most=1000):
    """Run the loop of a process in a thread; yield its port, and its connections."""
    with socket.create_server(("127.0.0.1", 0), backlog=500) as listener:
        loop, stop = Loop(application, [listener], threads=2, most=most), threading.Event()
        turns = threading.Thread(target=lambda: [loop.turn() for _ in iter(stop.is_set, True)])
        turns.start()
        try:
            yield listener.getsockname()[1], loop.servers[0].active_channels
        finally:
            stop.set()
            loop.wake()
            turns.join()
            loop.threads.shutdown()
            for each in list(loop.map.values()):
                each.close()


def is_open(made):
    made.setblocking(False)
    try:
        return bool(made.recv(1))
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False


def test_the_oldest_that_wait_for_their_client_make_room_for_others(monkeypatch):
    monkeypatch.setattr(servers, "ACCEPTED_AT_ONCE", 20)
    with serving(MOST) as (port, _open), ExitStack() as stack:
        held = [stack.enter_context(connect(port, HALF_HEAD)) for _each in range(2 * MOST)]
        with connect(port, CLOSING) as other:
            assert whole_answer(other).startswith(b"HTTP/1.1 200 ")
        until(lambda: sum(map(is_open, held)) <= MOST, "an end of the oldest")
        still = [is_open(one) for one in held]
        assert sum(still) > 0
        assert not any(still[:50])
        assert all(still[-50:])


def test_half_bodies_take_so_much_together_and_no_more(monkeypatch):
    monkeypatch.setattr(servers, "HELD_BYTES", 1_000_000)
    # Not once a second, but as soon as they come.
    monkeypatch.setattr(servers, "TICK_SECONDS", 3600.0)
    part = 90_000 * b"x"
    with serving() as (port, _open), ExitStack() as stack:
        first = stack.enter_context(connect(port, HALF_BODY, part))
        others = [stack.enter_context(connect(port, HALF_BODY, part)) for _each in range(20)]
        assert whole_answer(first).startswith(b"HTTP/1.1 503 ")
        assert is_open(others[-1])


def test_an_answer_that_nobody_reads_is_given_up(monkeypatch):
    monkeypatch.setattr(channels, "READING_SECONDS", 1.0)
    monkeypatch.setattr(servers, "ANSWER_BYTES", 1_000_000)
    monkeypatch.setattr(channels, "READ_BYTES_A_SECOND", 10_000_000)
    with serving() as (port, open_ones), ExitStack() as stack:
        asks = head("/?5000000", method="GET")
        readers = [stack.enter_context(connect(port, asks, receives=4096)) for _each in range(4)]
        with connect(port, CLOSING) as other:
            assert whole_answer(other).startswith(b"HTTP/1.1 200 ")
        until(lambda: not open_ones, "an end of the connections")
        assert all(one.fileno() > 0 for one in readers)


def test_a_head_without_end_is_refused():
    with serving() as (port, _open), connect(port, HALF_HEAD, HEAD_BYTES * b"x") as one:
        assert whole_answer(one)[8:13] == b" 431 "


@pytest.mark.parametrize(
    "broken",
    [
        b"GET / HTTP/1.1\nHost: x\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n",
        head("/", "Content-Length: many"),
        head("/", f"Content-Length: {'9' * 4301}"),
    ],
)
def test_a_broken_head_is_refused_and_no_error(broken, caplog):
    with serving() as (port, _open), connect(port, broken) as one:
        assert whole_answer(one)[8:13] == b" 400 "
    assert [line for line in caplog.records if line.levelname == "ERROR"] == []


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "GOT"])
def test_a_method_that_no_page_takes_is_refused_and_sends_nothing_back(method, caplog):
    said = head("/", "X-Seen: do-not-send-this-back", method=method)
    with serving() as (port, _open), connect(port, said) as one:
        answer = whole_answer(one)
    assert answer[8:13] == b" 501 "
    assert b"do-not-send-this-back" not in answer
    assert [line for line in caplog.records if line.levelname == "ERROR"] == []


@pytest.mark.parametrize(("is_listed", "said"), [(False, b""), (True, b"; preload")])
def test_a_refusal_is_protected_as_a_page_is(settings, is_listed, said):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_PRELOAD = 31536000, is_listed
    with serving() as (port, _open), connect(port, b"GET\r\n\r\n") as one:
        lines = whole_answer(one).split(b"\r\n")
    assert b"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'" in lines
    assert b"X-Content-Type-Options: nosniff" in lines
    assert b"Strict-Transport-Security: max-age=31536000; includeSubDomains" + said in lines


def test_empty_lines_give_no_more_time_for_the_head(monkeypatch):
    monkeypatch.setattr(channels, "HEAD_SECONDS", 1.0)
    with serving() as (port, open_ones), connect(port) as one:

        def is_closed():
            with suppress(OSError):
                one.sendall(b"\r\n\r\n")
            return not open_ones

        until(is_closed, "an end of the connection", seconds=30)


def test_requests_sent_at_once_are_answered_in_order():
    with serving() as (port, _open):
        asks = head("/?1", method="GET") + head("/?2", method="GET") + CLOSING
        with connect(port, asks) as one:
            answer = whole_answer(one)
    lengths = [line for line in answer.split(b"\r\n") if line.startswith(b"Content-Length")]
    assert lengths == [b"Content-Length: 1", b"Content-Length: 2", b"Content-Length: 0"]


@pytest.mark.parametrize("path", ["/", "/file"])
def test_head_is_answered_without_a_body_and_the_connection_goes_on(path):
    with serving() as (port, _open):
        asks = head(f"{path}?7", method="HEAD") + head(f"{path}?3", method="GET") + CLOSING
        with connect(port, asks) as one:
            answer = whole_answer(one)
    first, second, third, nothing = answer.split(END)
    assert first.startswith(b"HTTP/1.1 200 ")
    assert b"Content-Length: 7" in first
    assert second.startswith(b"HTTP/1.1 200 ")
    assert third.startswith(b"xxxHTTP/1.1 200 ")
    assert nothing == b""


@pytest.mark.parametrize("path", ["/", "/file", "/pieces", "/broken", "/unchanged", "/empty"])
def test_nothing_stands_behind_the_head_of_an_answer_to_head(path):
    asks = head(f"{path}?7", "Connection: close", method="HEAD")
    with serving() as (port, _open), connect(port, asks) as one:
        answer = whole_answer(one)
    assert answer.count(END) == 1
    assert answer.endswith(END)


@pytest.mark.parametrize("path", ["/unchanged", "/empty"])
def test_nothing_stands_behind_an_answer_that_has_no_body(path):
    asks = head(f"{path}?7", "Connection: close", method="GET")
    with serving() as (port, _open), connect(port, asks) as one:
        assert whole_answer(one).endswith(END)


def test_head_that_cannot_be_read_is_refused_without_a_body():
    asks = head("/", "Content-Length: many", method="HEAD")
    with serving() as (port, _open), connect(port, asks) as one:
        answer = whole_answer(one)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(END)
