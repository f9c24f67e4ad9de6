"""One connection, which no client can hold longer than it takes to be served."""

import socket
from time import monotonic
from typing import Any

from django.conf import settings
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, WSGITask
from waitress.task import Task as AnyTask

from onelift.serving.request import HEAD_SECONDS, Request, RequestTimeoutError

# Between two requests. Longer than what proxies keep a connection for (nginx: 60 s), so that it
# is they who close it, and never while a request is on its way.
IDLE_SECONDS = 75.0
# An answer may be read slowly, since no thread waits for that, but not for ever.
READING_SECONDS = 60.0
READ_BYTES_A_SECOND = 10_000
# While a refused client goes on sending, its bytes are thrown away: closed at once, the connection
# would be reset, and a browser would show that in place of our page.
LINGER_SECONDS = 30.0
# The same for one that was too slow.
LATE_LINGER_SECONDS = 5.0
LINGER_BYTES = 256 * 1024 * 1024
# Where the portal is told that only the head of the request is there.
QUESTION = "onelift.asks"
LAST_SECONDS = 2.0


class WithoutBody(AnyTask):
    """An answer that has a head alone if that was asked for (HEAD: RFC 9110, section 9.3.2).

    A body would be read as the next answer on the connection, which is somebody else's where a
    proxy keeps it.
    """

    @property
    def is_head_alone(self) -> bool:
        """Whether HEAD was asked, also where an error takes the place of the answer."""
        return getattr(self.channel.requests[0], "command", "") == "HEAD"

    def write(self, data: bytes) -> None:
        """Write the head, and what belongs behind it."""
        super().write(b"" if self.is_head_alone else data)

    def finish(self) -> None:
        """Write what is not written yet; the end of a body in pieces belongs to the body."""
        if self.is_head_alone:
            self.write(b"")
            self.chunked_response = False
        super().finish()


class Failure(WithoutBody, ErrorTask):
    """What a client is told whose request cannot be read."""

    def start(self) -> None:
        """Protect these few words as pages are protected (ASVS 5.0.0, 3.4)."""
        super().start()
        self.response_headers += [
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if settings.SECURE_HSTS_SECONDS:
            preload = "; preload" if settings.SECURE_HSTS_PRELOAD else ""
            told = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains{preload}"
            self.response_headers.append(("Strict-Transport-Security", told))


class Task(WithoutBody, WSGITask):
    """The portal's answer to a request."""

    def get_environment(self) -> dict[str, Any]:
        """Return what the portal learns of the request."""
        environ: dict[str, Any] = super().get_environment()
        if self.is_head_alone:
            # A file would go past ``write``.
            environ.pop("wsgi.file_wrapper", None)
        return environ

    def start(self) -> None:
        """Close the connection afterwards if it is not to be used again."""
        super().start()
        if self.request.is_refused or self.channel.server.is_stopping:
            self.set_close_on_finish()


class Channel(HTTPChannel):
    """A connection that is read and written by the one loop; threads only see whole requests."""

    parser_class = Request
    task_class = Task
    error_task_class = Failure
    request: Request | None
    # Whether the client may go on sending what nobody will read.
    is_refusing = False

    def __init__(self, *args: Any, **options: Any) -> None:
        # What came behind the head of a request while the portal is asked whether it may come.
        self.held = b""
        self.lingers_until, self.linger_seconds = 0.0, LINGER_SECONDS
        self.thrown_away = 0
        self.read_since, self.sent_bytes = 0.0, 0
        self.idle_since, self.has_spoken = monotonic(), False
        super().__init__(*args, **options)

    # What comes in

    def readable(self) -> bool:
        """Whether there may be something to read that is wanted now."""
        return bool(self.lingers_until or super().readable())

    def writable(self) -> bool:
        """Whether there is something to write, or to close."""
        return not self.lingers_until and bool(super().writable())

    def handle_read(self) -> None:
        """Take what has come, or throw it away."""
        if not self.lingers_until:
            super().handle_read()
            return
        self.thrown_away += len(self.recv(self.adj.recv_bytes))
        if self.thrown_away > LINGER_BYTES:
            self.handle_close()

    def received(self, data: bytes) -> bool:
        """Take bytes in; whatever requests they complete go to the threads."""
        with self.requests_lock:
            if not data or self.will_close or self.close_when_flushed:
                return False
            self._take(data)
            if self.request is not None and self.request.held_bytes:
                self.server.has_more_to_hold = True
        return True

    def _take(self, data: bytes) -> None:
        while data:
            request = self.request = self.request or self._new_request()
            data = data[request.received(data) :]
            if request.completed:
                self.request, self.sent_continue = None, False
                data = self._hand_over(request, data)
            elif request.expect_continue and request.headers_finished and not self.requests:
                self.send_continue()

    def _new_request(self) -> Request:
        request = self.parser_class(self.adj)
        if not self.has_spoken:
            # The seconds for the head began when the connection did, whatever empty lines come.
            request.deadline = self.idle_since + HEAD_SECONDS
        return request

    def _hand_over(self, request: Request, rest: bytes) -> bytes:
        """Queue a request; return what is left to be taken in now."""
        if not request.empty:
            self.has_spoken = True
            self.requests.append(request)
            if len(self.requests) == 1:
                self.server.add_task(self)
        if request.is_refused:
            self.held = rest
            return b""
        return rest

    # What threads do

    def service(self) -> None:
        """Answer the first request, or let its body in."""
        request = self.requests[0]
        if request.asks_for and self._is_let_in(request):
            self._go_on(request)
        else:
            self.is_refusing = request.is_refused
            super().service()
        self.idle_since = monotonic()

    def _is_let_in(self, request: Request) -> bool:
        """Ask the portal whether all that the head announces may come."""
        told: list[str] = []
        environ = {**WSGITask(self, request).get_environment(), QUESTION: True}
        answer = self.server.application(environ, lambda status, *_rest: told.append(status))
        try:
            for _part in answer:
                pass
        finally:
            getattr(answer, "close", lambda: None)()
        return told[-1].startswith("100")

    def _go_on(self, request: Request) -> None:
        with self.requests_lock:
            held, self.held = self.held, b""
            request.let_in()
            self.requests.pop(0)
            self.request = request
            if request.expect_continue:
                self.send_continue()
            self._take(held)
        self.server.pull_trigger()

    # What goes out

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Write what the network takes; count it."""
        sent = int(super().send(data, do_close))
        self.sent_bytes += sent
        return sent

    def handle_close(self) -> None:
        """Close, or first wait until a client that was refused has stopped sending."""
        is_answered = self.connected and not self.total_outbufs_len and self.will_close
        if self.is_refusing and is_answered and not self.lingers_until and self._linger():
            return
        super().handle_close()

    def _linger(self) -> bool:
        self.will_close = False
        self.lingers_until = monotonic() + self.linger_seconds
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        return True

    # What is called once a second

    def keep_time(self, now: float) -> None:
        """Close the connection if its client takes longer than it may."""
        if self.is_overdue(now):
            self.handle_close()
        elif self.request is not None and not self.requests and self.request.is_late(now):
            self.refuse(RequestTimeoutError("The request did not come in time."))

    def is_overdue(self, now: float) -> bool:
        """Whether nothing more is to be expected of the client."""
        if self.lingers_until:
            return now > self.lingers_until
        if self.total_outbufs_len:
            return self._reads_too_slowly(now)
        self.read_since = 0.0
        return self.is_idle and now > self.idle_since + self._patience()

    def _reads_too_slowly(self, now: float) -> bool:
        if not self.read_since:
            self.read_since, self.sent_bytes = now, 0
        return now > self.read_since + READING_SECONDS + self.sent_bytes / READ_BYTES_A_SECOND

    def _patience(self) -> float:
        if self.server.is_stopping:
            return LAST_SECONDS
        return IDLE_SECONDS if self.has_spoken else HEAD_SECONDS

    @property
    def is_idle(self) -> bool:
        """Whether it is open, and nothing is asked."""
        return self.request is None and not self.requests and not self.total_outbufs_len

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for its client, so that nothing which was asked for is lost with it."""
        return not self.requests and not self.total_outbufs_len

    def refuse(self, error: Any) -> None:
        """Answer a request that has not come whole with an error, and close."""
        with self.requests_lock:
            request, self.request = self.request, None
            if request is not None:
                request.error, request.completed, request.expect_continue = error, True, False
                request.version, self.linger_seconds = "1.1", LATE_LINGER_SECONDS
                self.requests.append(request)
                self.server.add_task(self)
