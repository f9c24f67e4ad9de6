"""How many connections a worker may hold at once, and how fast each of them is used."""

import fcntl
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

# Shared with the processes that a worker forks. What a process locks is free when it dies.
_SLOTS = tempfile.TemporaryFile()  # noqa: SIM115  as long as the worker


@contextmanager
def connection_slots(limit: int, wanted: int = 1) -> Iterator[int]:
    """Hold as many as ``wanted`` of the ``limit`` slots of this worker; yield how many are held.

    0 is no limit.
    """
    free = (number for number in range(limit) if _is_locked(number))
    held = [*islice(free, wanted)]
    try:
        yield len(held) if limit else wanted
    finally:
        for number in held:
            fcntl.lockf(_SLOTS, fcntl.LOCK_UN, 1, number)


def _is_locked(number: int) -> bool:
    """Lock a slot, unless another process holds it."""
    try:
        fcntl.lockf(_SLOTS, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
    except OSError:
        return False
    return True


class Pace:
    """Spreads the mails of a process evenly over each minute."""

    def __init__(self) -> None:
        self._next_at = 0.0

    def pause(self) -> float:
        """Return how many seconds the next mail has to wait."""
        return max(0.0, self._next_at - time.monotonic())

    def step(self, per_minute: int) -> None:
        """Count a mail that leaves now; 0 is no limit."""
        self._next_at = time.monotonic() + 60 / per_minute if per_minute else 0.0


PACE = Pace()
