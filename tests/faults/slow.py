"""Clients that send or read slowly, or not at all, and how others are served meanwhile."""

import http.client
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import quantiles

from tests.waiting import HANGS

HOST = "127.0.0.1"
END = b"\r\n\r\n"
HALF_HEAD = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: "
# Each of them waits half a minute.
MOST_IN_VAIN = 3
FORM = "application/x-www-form-urlencoded"


def head(path: str, *lines: str, method: str = "POST") -> bytes:
    """Return the head of a request to this machine."""
    return "\r\n".join((f"{method} {path} HTTP/1.1", f"Host: {HOST}", *lines)).encode() + END


HALF_BODY = head("/accounts/login/", f"Content-Type: {FORM}", "Content-Length: 100000") + b"login=a"
# Answers of some megabytes, none of which is read.
UNREAD = 300 * head("/accounts/login/", method="GET")


def connect(port: int, *said: bytes, seconds: float = HANGS, receives: int = 0) -> socket.socket:
    """Open a connection and say something; ``receives`` is the size of the buffer for answers."""
    made = socket.socket()
    if receives:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    made.settimeout(seconds)
    made.connect((HOST, port))
    for part in said:
        made.sendall(part)
    return made


@contextmanager
def half_requests(port: int, count: int) -> Iterator[list[socket.socket]]:
    """Hold as many connections open: a third each in the head, in the body, and with no word."""
    kinds = (HALF_HEAD, HALF_BODY, b"")
    with ExitStack() as stack:
        opened = (connect(port, kinds[n % 3]) for n in range(count))
        yield [stack.enter_context(one) for one in opened]


@contextmanager
def half_requests_kept_up(port: int, count: int) -> Iterator[Callable[[], int]]:
    """Hold so many half requests for as long as it takes: one that is ended is begun again.

    Yields what tells how many are open.
    """
    with half_requests(port, count) as opened, ExitStack() as later:
        stop = threading.Event()

        def keep_up() -> None:
            while not stop.wait(0.5):
                for number, one in enumerate(opened):
                    if is_ended(one):
                        one.close()
                        opened[number] = later.enter_context(connect(port, HALF_BODY))

        keeper = threading.Thread(target=keep_up)
        keeper.start()
        try:
            yield lambda: sum(not is_ended(one) for one in opened)
        finally:
            stop.set()
            keeper.join()


def is_ended(made: socket.socket) -> bool:
    """Tell whether the server has said something, or closed the connection."""
    watched = select.poll()
    watched.register(made, select.POLLIN)
    return bool(watched.poll(0))


def whole_answer(made: socket.socket) -> bytes:
    """Return what comes until the server closes the connection."""
    found = b""
    while piece := made.recv(65536):
        found += piece
    return found


@dataclass(frozen=True)
class Waits:
    """How long answers took, in seconds, and how many of them were none."""

    seconds: list[float]
    failed: int

    @property
    def p95(self) -> float:
        return quantiles(self.seconds, n=20)[-1]


def waits(port: int, path: str, during: Callable[[], bool], tick: float = 0.02) -> Waits:
    """Ask for a page over new connections, one after the other, while something holds.

    A server that lets a few of them wait in vain is not asked any longer.
    """
    seconds, failed, pause = [], 0, socket.socketpair()[0]
    pause.settimeout(tick)
    while failed < MOST_IN_VAIN and (during() or len(seconds) < 20):
        began = time.perf_counter()
        failed += not is_served(port, path)
        seconds.append(time.perf_counter() - began)
        try:
            pause.recv(1)
        except TimeoutError:
            continue
    pause.close()
    return Waits(seconds, failed)


def is_served(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=HANGS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except OSError:
        return False
    finally:
        connection.close()
    return answer.status == 200


def trickle(opened: list[socket.socket]) -> int:
    """Say one byte more on each connection that is still open; return how many are."""
    count = 0
    for one in opened:
        try:
            one.sendall(b"x")
        except OSError:
            continue
        count += 1
    return count
