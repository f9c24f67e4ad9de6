"""Whether the portal can do its work: database, broker, and the clock that drives the sending."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLateError
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, connection
from redis import Redis
from redis.exceptions import RedisError

from communications.models import Heartbeat
from onelift import __version__
from programmes.queries.clock import database_now

PATIENCE_SECONDS = 1.0
LONGEST_PUMP_SECONDS = 180
OK, DOWN = "ok", "down"

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Health:
    """What a monitor asks. ``pump_seconds`` is None if the pump never ran or nobody can tell."""

    database: str
    broker: str
    pump_seconds: int | None

    @property
    def is_well(self) -> bool:
        """Tell whether all is reachable and the pump ran within the last three minutes.

        A pump that has never run counts as ill: a portal that is up and sends nothing is not.
        """
        has_run = self.pump_seconds is not None and self.pump_seconds <= LONGEST_PUMP_SECONDS
        return self.database == self.broker == OK and has_run

    def as_dict(self) -> dict[str, str | int | None]:
        """Return the values as JSON types."""
        return {
            "status": OK if self.is_well else DOWN,
            "database": self.database,
            "broker": self.broker,
            "pump_seconds": self.pump_seconds,
            "version": __version__,
        }


def health() -> Health:
    """Return how things are, each asked in a thread of its own for a second at most."""
    silence: tuple[str, int | None] = (DOWN, None)
    database, pump_seconds = _patiently(_ask_database, silence)
    return Health(database, _patiently(_ask_broker, DOWN), pump_seconds)


def _patiently(ask: Callable[[], Answer], otherwise: Answer) -> Answer:
    """Return what is answered within the patience; what hangs is left behind in its thread."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(ask).result(PATIENCE_SECONDS)
    except TooLateError:
        return otherwise
    finally:
        pool.shutdown(wait=False)


def _ask_database() -> tuple[str, int | None]:
    try:
        pump = Heartbeat.objects.filter(name="pump").first()
        seconds = (database_now() - pump.at).total_seconds() if pump else None
    except DatabaseError:
        return DOWN, None
    finally:
        connection.close()
    return OK, None if seconds is None else max(0, int(seconds))


def _ask_broker() -> str:
    if not settings.REDIS_URL:
        folder = settings.BROKER_DIR
        return OK if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK) else DOWN
    limits = {
        "socket_timeout": PATIENCE_SECONDS,
        "socket_connect_timeout": PATIENCE_SECONDS,
    }
    try:
        with Redis.from_url(settings.REDIS_URL, **limits) as redis:
            redis.ping()
    except (RedisError, OSError):
        return DOWN
    return OK
