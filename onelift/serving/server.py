"""The loop of one process: accepts connections, reads and writes them, and keeps their time."""

from collections.abc import Callable, Iterable
from socket import socket
from time import monotonic
from typing import Any

from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import Error
from waitress.wasyncore import loop

from onelift.serving.channel import Channel
from onelift.serving.request import COMMON_BYTES, HEAD_BYTES

# What bodies that are not yet whole may take together, of those that everybody may send.
HELD_BYTES = 128 * 1024 * 1024
# Larger bodies and answers lie in files, so that many of them leave the memory alone.
MEMORY_BYTES = 64 * 1024
# How much of an answer is kept for a slow reader. A thread that makes more waits for them.
ANSWER_BYTES = 64 * 1024 * 1024
ACCEPTED_AT_ONCE = 100
TICK_SECONDS = 1.0


class BusyError(Error):
    """Too many bodies are on their way at once."""

    code = 503
    reason = "Service Unavailable"


class Server(TcpWSGIServer):
    """One listening socket of this process, with its connections."""

    channel_class = Channel
    is_stopping = False

    next_look = 0.0
    # A part of a body has come since the bodies that are held were counted.
    has_more_to_hold = False

    def maintenance(self, _now: float) -> None:
        """Leave to ``tend`` what waitress does here, between asking for events and acting on them.

        A connection that is closed there leaves its number to one that is accepted, which then gets
        the events of the other, such as its end.
        """

    def tend(self, now: float) -> None:
        """Make room, refuse what takes too much, and once a second close what takes too long."""
        while len(self.active_channels) > self.adj.connection_limit - ACCEPTED_AT_ONCE:
            if not self._make_room():
                break
        if self.has_more_to_hold:
            self.has_more_to_hold = False
            self._free_memory()
        if now >= self.next_look:
            self.next_look = now + TICK_SECONDS
            for channel in list(self.active_channels.values()):
                channel.keep_time(now)

    def _free_memory(self) -> None:
        channels = self.active_channels.values()
        half = [c for c in channels if c.request is not None and c.request.held_bytes]
        held = sum(c.request.held_bytes for c in half if c.request)
        for channel in half:
            if held <= HELD_BYTES or channel.request is None:
                return
            held -= channel.request.held_bytes
            channel.refuse(BusyError("Try again in a minute."))

    def handle_accept(self) -> None:
        """Take all connections that are there, so that many at once do not wait for each other."""
        for _each in range(ACCEPTED_AT_ONCE):
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) == before:
                return

    def _make_room(self) -> bool:
        """Close the oldest connection that waits for its client; return whether there was one."""
        waiting = (each for each in self.active_channels.values() if each.is_waiting)
        oldest = next(waiting, None)
        if oldest is not None:
            oldest.will_close = False
            oldest.handle_close()
        return oldest is not None

    def stop_accepting(self) -> None:
        """Leave new connections to others, and close each of ours after its next answer."""
        self.is_stopping, self.accepting = True, False
        self.del_channel(self._map)
        self.socket.close()

    @property
    def is_done(self) -> bool:
        return not self.active_channels


class Loop:
    """All listening sockets of a process, and its threads."""

    def __init__(
        self, application: Callable[..., Any], sockets: Iterable[socket], threads: int, most: int
    ) -> None:
        adj = adjustments(threads, most)
        self.map: dict[int, Any] = {}
        self.threads = ThreadedTaskDispatcher()
        self.threads.set_thread_count(threads)
        self.servers = [self._server(application, one, adj) for one in sockets]

    def _server(self, application: Callable[..., Any], one: socket, adj: Any) -> Server:
        told = (one.family, one.type, one.proto, one.getsockname())
        return Server(
            application,
            self.map,
            _sock=one,
            dispatcher=self.threads,
            adj=adj,
            sockinfo=told,
            bind_socket=False,
        )

    def turn(self) -> None:
        """Wait for what happens next, a second at most, and do it."""
        for server in self.servers:
            server.tend(monotonic())
        loop(timeout=TICK_SECONDS, use_poll=True, map=self.map, count=1)

    def wake(self) -> None:
        """Let the turn that waits come back now."""
        self.servers[0].pull_trigger()

    def stop_accepting(self) -> None:
        """Take no more connections."""
        for server in self.servers:
            server.stop_accepting()

    @property
    def is_done(self) -> bool:
        """Whether all that was asked for is answered."""
        return all(server.is_done for server in self.servers)


def adjustments(threads: int, most_connections: int) -> Adjustments:
    """Return waitress's settings."""
    return Adjustments(
        threads=threads,
        connection_limit=most_connections,
        asyncore_use_poll=True,
        max_request_header_size=HEAD_BYTES,
        max_request_body_size=COMMON_BYTES + 1,
        inbuf_overflow=MEMORY_BYTES,
        outbuf_overflow=MEMORY_BYTES,
        outbuf_high_watermark=ANSWER_BYTES,
        recv_bytes=64 * 1024,
        # Who a visitor is, and whether by TLS, is settled by Django and the settings.
        clear_untrusted_proxy_headers=False,
        ident=None,
        # A client that goes away is nothing to tell.
        log_socket_errors=False,
    )
