"""Whether the pump runs, seen by the processes that live without it: web and the clock."""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from threading import Thread

from django.core.cache import cache
from django.db import DatabaseError, connection

from communications.models import Heartbeat
from programmes.database.clock import database_now

log = logging.getLogger(__name__)

LONGEST_PUMP_SECONDS = 180
# Seconds between two looks, and that other processes and later starts leave a problem alone.
PAUSE, ONCE = 30.0, 7 * 86_400


@dataclass
class PumpWatch:
    """Looks now and then, in a thread of its own: a database that hangs keeps nobody waiting.

    Attributes:
        first: when it looked first (UTC). A worker has as long from then on as from its last run.
        next_look: of the monotonic clock.
        thread: the last look.

    """

    first: datetime | None = None
    next_look: float = 0.0
    thread: Thread = field(default_factory=Thread)

    def turn(self) -> None:
        """Begin a look if it is time."""
        if time.monotonic() < self.next_look or self.thread.is_alive():
            return
        self.next_look = time.monotonic() + PAUSE
        self.thread = Thread(target=self.look, name="pump-watch", daemon=True)
        self.thread.start()

    def look(self) -> None:
        """Read when the pump ran last; a database that is down is told by others."""
        try:
            now = database_now()
            last = Heartbeat.objects.filter(name="pump").values_list("at", flat=True).first()
            self.judge(now, last)
        except DatabaseError:
            log.debug("The pump's heartbeat could not be read")
        finally:
            connection.close()

    def judge(self, now: datetime, last: datetime | None) -> None:
        """Write one line if the pump is late.

        The problem is known by the pump's last run, and the cache by who was the first to tell.
        """
        self.first = self.first or now
        seconds = (now - max(last or self.first, self.first)).total_seconds()
        problem = f"pump-late-{last.timestamp() if last else 'always'}"
        if seconds < LONGEST_PUMP_SECONDS or not cache.add(problem, True, ONCE):
            return
        said = f"last ran {int((now - last).total_seconds())} s ago" if last else "have never run"
        log.warning(
            "The recurring jobs %s: no email is sent. Check that a worker and beat are running.",
            said,
        )
