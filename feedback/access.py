"""What stands between a guess and the survey behind a link."""

import time
from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore

FREE_PER_MINUTE = 60
PAUSE_SECONDS = 0.02
MOST_WAITING = 2


@dataclass
class _Misses:
    minute: int = 0
    count: int = 0


_misses = _Misses()
_waiting = BoundedSemaphore(MOST_WAITING)


def slow_down_guesses(now: datetime) -> None:
    """Let a link that opens nothing wait a moment if there were many such in this minute.

    Only misses wait, at most two at once in a process, so that no number of guesses keeps a
    person with a link from answering. No address is counted or kept: a company often has one for
    all. What protects the links is their 160 bits, see docs/decisions/survey-links.md.
    """
    minute = int(now.timestamp() // 60)
    if _misses.minute != minute:
        _misses.minute, _misses.count = minute, 0
    _misses.count += 1
    if _misses.count > FREE_PER_MINUTE and _waiting.acquire(blocking=False):
        try:
            time.sleep(PAUSE_SECONDS)
        finally:
            _waiting.release()
