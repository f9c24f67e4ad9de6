"""Signs of life of a worker and the clock while they turn, for checks from outside.

``ONELIFT_ALIVE`` is the path of a file to touch; without one none is touched. A process
that hangs, or that has not reached the broker for long, lets the file grow old.
"""

from functools import partial
from pathlib import Path
from typing import Any

from celery.beat import PersistentScheduler
from celery.signals import worker_ready
from django.conf import settings

from onelift.watching.broker import show_worker

SECONDS = 10.0


def show_life() -> None:
    """Touch the file, if there is to be one."""
    if settings.ALIVE_FILE:
        Path(settings.ALIVE_FILE).touch()


@worker_ready.connect
def show_life_of_worker(sender: Any, **_: Any) -> None:
    """Touch it from the loop that fetches tasks, and tell the broker that this worker is alive.

    The loop forgets its timers when it reconnects.
    """
    for show in (show_life, partial(show_worker, sender.hostname)):
        show()
        sender.timer.call_repeatedly(SECONDS, show)


class Scheduler(PersistentScheduler):
    """The clock, which touches the file at each tick."""

    max_interval = SECONDS

    def tick(self, *args: Any, **options: Any) -> float:
        """Send what is due, and return the seconds until the next look."""
        show_life()
        return float(super().tick(*args, **options))  # type: ignore[misc]
