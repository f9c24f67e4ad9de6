"""Asking what may not answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLateError
from typing import TypeVar

Answer = TypeVar("Answer")


def patiently(ask: Callable[[], Answer], otherwise: Answer, seconds: float) -> Answer:
    """Return what is answered within so many seconds; what hangs is left behind in its thread."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(ask).result(seconds)
    except TooLateError:
        return otherwise
    finally:
        pool.shutdown(wait=False)
