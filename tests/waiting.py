"""Waiting for what becomes true, never for a fixed time."""

import time
from collections.abc import Callable

# Seconds until a process is held to hang: where much else runs, its start alone takes a minute.
HANGS = 300


def until(condition: Callable[[], object], what: str, seconds: float = HANGS) -> None:
    """Wait until a condition holds; raise AssertionError, which says what was awaited, if it hangs.

    Name ``seconds`` only where the promise is that something happens, or does not, within a time.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.01)
