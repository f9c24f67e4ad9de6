"""What a process does with memory while it reads a file."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Hold the search for cycles back: rows make none, and it would pass over all of them often.

    Threads may be in here together; the first that leaves lets the search go on for all.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
