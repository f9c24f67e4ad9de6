"""A process of web: gunicorn starts, reloads and ends it."""

import os
import resource
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING

from django.utils.module_loading import import_string
from gunicorn.workers.base import Worker

from onelift.serving.server import ACCEPTED_AT_ONCE, Loop

if TYPE_CHECKING:
    from onelift.watching.pump import PumpWatch

# Files beside connections: the database, the log, what the code reads.
OTHER_FILES = 200


class BufferingWorker(Worker):
    """Reads requests whole before a thread is given to them, and writes answers for slow readers.

    Of gunicorn's settings it knows those of processes and ``threads``, ``worker_connections`` and
    ``graceful_timeout``.
    """

    # There is none while the code is still being read, when the process may be told to end.
    loop: Loop | None = None
    watch: "PumpWatch"

    def run(self) -> None:
        """Serve until told to stop, then answer what was asked."""
        most = most_connections(self.cfg.worker_connections)
        loop = self.loop = Loop(self.wsgi, self.sockets, self.cfg.threads, most)
        # Models can be read only once the code is, which this process has just done.
        self.watch = import_string("onelift.watching.pump.PumpWatch")()
        while self.alive and self.ppid == os.getppid():
            self._turn(loop)
        loop.stop_accepting()
        last = monotonic() + self.cfg.graceful_timeout
        while not loop.is_done and monotonic() < last:
            self._turn(loop)

    def _turn(self, loop: Loop) -> None:
        self.notify()
        self.watch.turn()
        loop.turn()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End once what was asked is answered."""
        super().handle_exit(sig, frame)
        if self.loop is not None:
            self.loop.wake()


def most_connections(wanted: int) -> int:
    """Return how many connections a process may hold, with the files that it may open.

    A connection may need a second one, for a body or an answer that is large.
    """
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 2 * wanted + OTHER_FILES
    can: int = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(can, _soft), hard))
    return max(ACCEPTED_AT_ONCE + 1, min(wanted, (max(can, _soft) - OTHER_FILES) // 2))
