"""Whether the portal can do its work: database, broker, and the clock that drives the sending."""

import os
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from redis import Redis
from redis.exceptions import RedisError

from communications.models import Heartbeat
from communications.operation.queries.outage import outage
from onelift.watching.patience import patiently
from onelift.watching.pump import LONGEST_PUMP_SECONDS
from programmes.database.clock import database_now

PATIENCE_SECONDS = 1.0
OK, DOWN, DEGRADED, UNKNOWN = "ok", "down", "degraded", "unknown"


@dataclass(frozen=True)
class Sending:
    """Whether emails leave that are due; ``reason`` says why none does."""

    status: str
    reason: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the values as JSON types."""
        return {"status": self.status, **({"reason": self.reason} if self.reason else {})}


@dataclass(frozen=True)
class Health:
    """What a monitor asks. ``pump_seconds`` is None if the pump never ran or nobody can tell."""

    database: str
    broker: str
    pump_seconds: int | None
    sending: Sending

    @property
    def status(self) -> str:
        """Return how it is as a whole: ``down`` names what is worse than emails that wait.

        A pump that has never run counts as ill: a portal that is up and sends nothing is not.
        """
        has_run = self.pump_seconds is not None and self.pump_seconds <= LONGEST_PUMP_SECONDS
        return self.sending.status if self.database == self.broker == OK and has_run else DOWN

    @property
    def is_well(self) -> bool:
        """Tell whether all is reachable, the pump ran within three minutes, and emails leave."""
        return self.status == OK

    def as_dict(self) -> dict[str, Any]:
        """Return the values as JSON types."""
        return {
            "status": self.status,
            "database": self.database,
            "broker": self.broker,
            "pump_seconds": self.pump_seconds,
            "sending": self.sending.as_dict(),
        }


Told = tuple[str, int | None, Sending]
SILENCE: Told = (DOWN, None, Sending(UNKNOWN))


def health() -> Health:
    """Return how things are, each asked in a thread of its own for a second at most."""
    database, pump_seconds, sending = patiently(_ask_database, SILENCE, PATIENCE_SECONDS)
    broker = patiently(_ask_broker, DOWN, PATIENCE_SECONDS)
    return Health(database, broker, pump_seconds, sending)


def _ask_database() -> Told:
    try:
        now, pump = database_now(), Heartbeat.objects.filter(name="pump").first()
        trouble = outage(now)
    except DatabaseError:
        return SILENCE
    finally:
        connection.close()
    seconds = max(0, int((now - pump.at).total_seconds())) if pump else None
    return OK, seconds, Sending(DEGRADED, trouble.reason) if trouble else Sending(OK)


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
