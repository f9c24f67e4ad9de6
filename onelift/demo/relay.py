"""A mail server that takes every mail and keeps none, for the demonstration's past."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

CHUNK = 256 * 1024
FEATURES = b"250-discard\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
ANSWERS = {b"EHLO": FEATURES, b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
OK = b"250 ok\r\n"


class Discarding(socketserver.BaseRequestHandler):
    """Speaks just enough SMTP to one client."""

    request: socket.socket

    def setup(self) -> None:
        """Answer at once, and start with nothing received."""
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def handle(self) -> None:
        """Take mails until the client goes."""
        try:
            self.request.sendall(b"220 discard\r\n")
            while self._answer(self._until(b"\r\n")[:4].upper()):
                pass
        except ConnectionError:
            return

    def _answer(self, verb: bytes) -> bool:
        self.request.sendall(ANSWERS.get(verb, OK))
        if verb == b"DATA":
            self._until(b"\r\n.\r\n")
            self.request.sendall(OK)
        return verb != b"QUIT"

    def _until(self, end: bytes) -> bytes:
        """Return what comes before an end mark, and keep what comes behind it."""
        parts, tail = [self.received], self.received
        while end not in tail:
            chunk = self.request.recv(CHUNK)
            if not chunk:
                raise ConnectionResetError
            tail = tail[1 - len(end) :] + chunk
            parts.append(chunk)
        found, _, self.received = b"".join(parts).partition(end)
        return found


class Server(socketserver.ThreadingTCPServer):
    """One thread per client; none outlives the process."""

    daemon_threads = True
    block_on_close = False


@contextmanager
def discarding_relay() -> Iterator[int]:
    """Run the server on a free port of the loopback, and give the port."""
    with Server(("127.0.0.1", 0), Discarding) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
