"""The loop of one process under more connections and bytes than it may hold, on real sockets."""

import socket
import threading
from contextlib import ExitStack, contextmanager

from onelift.serving import channel as channels
from onelift.serving import server as servers
from onelift.serving.request import HEAD_BYTES
from onelift.serving.server import Loop
from tests.faults.harness import until
from tests.faults.slow import HALF_BODY, HALF_HEAD, connect, head, whole_answer

MOST = 120
CLOSING = head("/", "Connection: close", method="GET")


def application(environ, start_response):
    """Answer with what came, or with as much as the address asks for."""
    if environ.get(channels.QUESTION):
        start_response("413 Too Large", [])
        return [b""]
    size = int(environ["QUERY_STRING"] or 0)
    start_response("200 OK", [("Content-Length", str(size))])
    return iter([b"x" * size])


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
        until(lambda: sum(map(is_open, held)) <= MOST, 60, "an end of the oldest")
        still = [is_open(one) for one in held]
        assert sum(still) > 0
        assert not any(still[:50])
        assert all(still[-50:])


def test_half_bodies_take_so_much_together_and_no_more(monkeypatch):
    monkeypatch.setattr(servers, "HELD_BYTES", 1_000_000)
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
        until(lambda: not open_ones, 60, "an end of the connections")
        assert all(one.fileno() > 0 for one in readers)


def test_a_head_without_end_is_refused():
    with serving() as (port, _open), connect(port, HALF_HEAD, HEAD_BYTES * b"x") as one:
        assert whole_answer(one)[8:13] == b" 431 "


def test_a_broken_head_is_refused():
    for broken in (b"GET / HTTP/1.1\nHost: x\r\n\r\n", head("/", "Content-Length: many")):
        with serving() as (port, _open), connect(port, broken) as one:
            assert whole_answer(one)[8:13] == b" 400 "


def test_requests_sent_at_once_are_answered_in_order():
    with serving() as (port, _open):
        asks = head("/?1", method="GET") + head("/?2", method="GET") + CLOSING
        with connect(port, asks) as one:
            answer = whole_answer(one)
    lengths = [line for line in answer.split(b"\r\n") if line.startswith(b"Content-Length")]
    assert lengths == [b"Content-Length: 1", b"Content-Length: 2", b"Content-Length: 0"]
