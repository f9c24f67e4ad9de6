"""Load from several processes over kept connections, cheap enough not to be the limit itself.

It imports no Django: the processes that it starts hold nothing but sockets.
"""

import selectors
import socket
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context

CONNECTIONS = 16
PROCESSES = 2
PATIENCE = 30  # seconds without any answer
END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True)
class Load:
    """What one round of load met; latencies are in seconds."""

    seconds: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        """Return requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        """Return the latency in milliseconds that so many percent of the requests stay under."""
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1] * 1000


@dataclass
class _Connection:
    """One kept connection with the request that it waits for."""

    socket: socket.socket
    begun: float = 0.0
    answer: bytearray = field(default_factory=bytearray)
    length: int = 0

    def send(self, request: bytes) -> None:
        self.answer.clear()
        self.length = 0
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come; return whether the answer is whole."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed a kept connection")
        self.answer += piece
        if not self.length:
            self.length = _length_of(self.answer)
        return 0 < self.length <= len(self.answer)


def _length_of(answer: bytearray) -> int:
    """Return how long the whole answer will be, or 0 while its head is not complete."""
    end = answer.find(END_OF_HEAD)
    if end < 0:
        return 0
    head = bytes(answer[:end]).lower()
    _before, found, after = head.partition(b"\r\ncontent-length:")
    if not found:
        raise ValueError(f"an answer without a length: {head[:200]!r}")
    return end + len(END_OF_HEAD) + int(after.partition(b"\r\n")[0])


def play(port: int, requests: Sequence[bytes], status: int, connections: int) -> list[float]:
    """Send all requests over kept connections; return the latency of each.

    Raises:
        ValueError: an answer has another status.

    """
    waiting, latencies = iter(requests), []
    with selectors.DefaultSelector() as selector:
        for request in _first(waiting, connections):
            opened = _Connection(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            selector.register(opened.socket, selectors.EVENT_READ, opened)
            opened.send(request)
        while selector.get_map():
            for key, _events in selector.select(PATIENCE) or _give_up():
                if key.data.receive():
                    latencies.append(time.perf_counter() - key.data.begun)
                    _check(key.data.answer, status)
                    _go_on(selector, key.data, waiting)
    return latencies


def _first(requests: Iterator[bytes], count: int) -> Iterator[bytes]:
    for _number, request in zip(range(count), requests, strict=False):
        yield request


def _go_on(
    selector: selectors.BaseSelector, connection: _Connection, waiting: Iterator[bytes]
) -> None:
    request = next(waiting, None)
    if request is not None:
        connection.send(request)
    else:
        selector.unregister(connection.socket)
        connection.socket.close()


def _check(answer: bytearray, status: int) -> None:
    if int(answer[9:12]) != status:
        raise ValueError(f"not {status}: {bytes(answer[:400])!r}")


def _give_up() -> Iterator[tuple[selectors.SelectorKey, int]]:
    raise TimeoutError(f"no answer for {PATIENCE} s")


class Generator:
    """Processes that stay, so that no round pays for their start."""

    def __init__(self, pool: ProcessPoolExecutor, port: int) -> None:
        self.pool, self.port = pool, port

    def run(self, requests: Sequence[bytes], status: int = 200) -> Load:
        """Send all requests over 16 connections, and wait for the answers."""
        share = CONNECTIONS // PROCESSES
        begun = time.perf_counter()
        parts = [
            self.pool.submit(play, self.port, requests[number::PROCESSES], status, share)
            for number in range(PROCESSES)
        ]
        latencies = [latency for part in parts for latency in part.result()]
        return Load(time.perf_counter() - begun, latencies)


@contextmanager
def generator(port: int) -> Iterator[Generator]:
    """Start the processes of a load generator against a port of this machine."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        yield Generator(pool, port)


def get(path: str) -> bytes:
    """Return a GET as browsers send it, in short."""
    return _head("GET", path).encode() + b"\r\n"


def post(path: str, body: bytes) -> bytes:
    """Return the POST of a form."""
    more = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return (_head("POST", path) + more).encode() + b"\r\n" + body


def _head(method: str, path: str) -> str:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n"
        "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: es-ES,es;q=0.9,en;q=0.6\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\n"
    )
