"""What is known outside the database of how far it has come: the watermark's witnesses.

Each process remembers the highest number that it has seen, and the broker keeps it for all: Redis
in a hash, the broker of files in a file beside its messages. A witness that is away knows nothing.
"""

import fcntl
import json
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

KEY = FILE = "onelift-watermark"
# Seconds: what a claim may wait for a broker that hangs, and how long it then asks no more.
PATIENCE, REST = 0.5, 10.0
RAISE = """
local known = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '-1')
if known < tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
"""
_SEEN: dict[str, int] = {}
_ASKED_AGAIN_AT = [0.0]


def known(line: str) -> int | None:
    """Return the highest number that a witness knows of a line; None if none knows any."""
    numbers = [_SEEN.get(line), _asked(line)]
    return max((number for number in numbers if number is not None), default=None)


def tell(line: str, number: int) -> None:
    """Let all witnesses know a number that is committed; a higher one stays."""
    _SEEN[line] = max(number, _SEEN.get(line, number))
    if settings.REDIS_URL:
        _patiently(lambda redis: redis.eval(RAISE, 1, KEY, line, str(number)))
    else:
        _write(settings.BROKER_DIR / FILE, line, number)


def _asked(line: str) -> int | None:
    if not settings.REDIS_URL:
        return _read(settings.BROKER_DIR / FILE).get(line)
    found = _patiently(lambda redis: redis.hget(KEY, line))
    return None if found is None else int(found)


@lru_cache(maxsize=1)
def _redis(url: str) -> Redis:
    return Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)


def _patiently(ask: Callable[[Redis], Any]) -> Any:
    """Ask Redis; one that does not answer is left alone for a while."""
    if time.monotonic() < _ASKED_AGAIN_AT[0]:
        return None
    try:
        return ask(_redis(settings.REDIS_URL))
    except (RedisError, OSError):
        _ASKED_AGAIN_AT[0] = time.monotonic() + REST
        return None


def _read(path: Path) -> dict[str, int]:
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError):
        return {}


def _write(path: Path, line: str, number: int) -> None:
    """Raise the number in a file that others raise too, and that appears whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_name(f"{FILE}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            numbers = _read(path)
            draft = path.with_name(f"{FILE}.draft")
            draft.write_text(json.dumps({**numbers, line: max(number, numbers.get(line, number))}))
            draft.replace(path)
    except OSError:
        return
