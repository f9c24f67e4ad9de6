"""A file that a worker and the clock touch while they turn, for a check from outside.

``ONELIFT_ALIVE`` is its path; without one nothing is touched. A process that hangs, or that has
not reached the broker for long, lets the file grow old.
"""

from pathlib import Path
from typing import Any

from celery.beat import PersistentScheduler
from celery.signals import worker_ready

from onelift.environment import env

SECONDS = 10.0


def show_life() -> None:
    """Touch the file, if there is to be one."""
    path = env("ONELIFT_ALIVE", default="")
    if path:
        Path(path).touch()


@worker_ready.connect  # type: ignore[untyped-decorator]
def show_life_of_worker(sender: Any, **_: Any) -> None:
    """Touch it from the loop that fetches tasks; the loop forgets its timers when it reconnects."""
    show_life()
    sender.timer.call_repeatedly(SECONDS, show_life)


class Scheduler(PersistentScheduler):  # type: ignore[misc]
    """The clock, which touches the file at each tick."""

    max_interval = SECONDS

    def tick(self, *args: Any, **options: Any) -> float:
        """Send what is due, and return the seconds until the next look."""
        show_life()
        return float(super().tick(*args, **options))  # type: ignore[misc]
