"""What the broker knows: which tasks nobody has taken, and which workers are alive.

A worker shows its life where its tasks come from: in a sorted set of Redis, by the clock of Redis,
or in a folder beside the broker of files.
"""

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

KEY = "onelift-workers"
# Seconds: what Redis may take, how long a sign of life counts, and when it is forgotten.
PATIENCE = 0.5
ALIVE, FORGOTTEN = 35, 86_400
SHOW = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
"""
COUNT = "return redis.call('ZCOUNT', KEYS[1], redis.call('TIME')[1] - ARGV[1], '+inf')"
AGE = """
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
return last and redis.call('TIME')[1] - last
"""


def show_worker(name: str) -> None:
    """Write down that a worker is alive; a broker that is away will hear of it next time."""
    with suppress(RedisError, OSError):
        if settings.REDIS_URL:
            with _redis() as redis:
                redis.eval(SHOW, 1, KEY, name, str(FORGOTTEN))
        else:
            _folder().mkdir(parents=True, exist_ok=True)
            (_folder() / name).touch()


def workers_alive() -> int:
    """Return how many workers have shown their life lately.

    Raises:
        RedisError, OSError: the broker does not answer.
    """
    if settings.REDIS_URL:
        with _redis() as redis:
            return int(redis.eval(COUNT, 1, KEY, str(ALIVE)))
    since = time.time() - ALIVE
    return sum(path.stat().st_mtime >= since for path in _folder().glob("*"))


def seconds_since_life() -> int | None:
    """Return how long ago any worker has shown its life; None if none ever has.

    It raises as ``workers_alive`` does.
    """
    if settings.REDIS_URL:
        with _redis() as redis:
            found = redis.eval(AGE, 1, KEY)
        return None if found is None else max(0, int(found))
    last = max((path.stat().st_mtime for path in _folder().glob("*")), default=None)
    return None if last is None else max(0, int(time.time() - last))


def tasks_waiting(queues: tuple[str, ...]) -> dict[str, int]:
    """Return how many tasks wait in each queue; raises as ``workers_alive`` does."""
    if settings.REDIS_URL:
        with _redis() as redis:
            return {queue: int(redis.llen(queue)) for queue in queues}
    folder: Path = settings.BROKER_DIR
    return {queue: len(list(folder.glob(f"*.{queue}.msg"))) for queue in queues}


def _redis() -> Any:
    limits = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    return Redis.from_url(settings.REDIS_URL, **limits)


def _folder() -> Path:
    folder: Path = settings.BROKER_DIR
    return folder.with_name(f"{folder.name}-workers")
