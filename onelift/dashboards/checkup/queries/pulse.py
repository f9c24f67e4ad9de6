"""Whether workers, the clock and the database are alive: what the portal runs on, not what it uses.

A pulse is a connection whose ``where`` says how it is now.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from redis.exceptions import RedisError

from onelift.dashboards.checkup.queries.connections import Connection, Test
from onelift.dashboards.checkup.queries.signs import Signs
from onelift.watching.broker import seconds_since_life, workers_alive
from onelift.watching.pump import LONGEST_PUMP_SECONDS
from programmes.design import formats

WORKER = "worker"
# Recurring jobs by the name of their heartbeat: the pump shows that the clock ticks.
JOBS = {
    "kits": gettext_lazy("Kit files"),
    "pump": gettext_lazy("Scheduler"),
    "feedback": gettext_lazy("Survey figures"),
}
SIZES = {
    "postgresql": "SELECT pg_database_size(current_database())",
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
}
MINUTE, HOUR, DAY = 60, 3600, 86_400


def pulses(signs: Signs, now: datetime) -> list[Connection]:
    """Return what the portal runs on, in two queries for the database."""
    found = (workers(), *jobs(signs.beats, now), database())
    return [replace(each, is_pulse=True) for each in found]


def workers() -> Connection:
    """Return whether any worker has shown its life."""
    name, test = _("Workers"), Test.WORKER
    try:
        alive, seconds = workers_alive(), seconds_since_life()
    except (RedisError, OSError):
        reason, advice = (
            _("The broker is not responding."),
            _("Check REDIS_URL and that Redis is running."),
        )
        return Connection(name, "", "broken", reason, advice, test=test, key=WORKER)
    if not alive or seconds is None:
        reason, advice = _("No worker is running."), _("Start a worker and beat.")
        return Connection(name, "", "broken", reason, advice, test=test, key=WORKER)
    said = _("%(n)s running, seen %(ago)s") % {"n": formats.number(alive), "ago": ago(seconds)}
    return Connection(name, said, "works", test=test, key=WORKER)


def jobs(beats: Mapping[str, datetime], now: datetime) -> Iterator[Connection]:
    """Yield the recurring jobs that show when they ran."""
    advice = _("Start a worker and beat. Then wake a worker below to check that it responds.")
    for key, name in JOBS.items():
        at = beats.get(key)
        seconds = max(0, int((now - at).total_seconds())) if at else 0
        said = _("running, seen %(ago)s") % {"ago": ago(seconds)}
        if at and seconds <= LONGEST_PUMP_SECONDS:
            yield Connection(name, said, "works", seen=at, key=f"job-{key}")
        else:
            reason = _("It has not run for three minutes.") if at else _("It has never run.")
            yield Connection(name, "", "broken", reason, advice, at, at, key=f"job-{key}")


def database() -> Connection:
    """Return how fast the database answers, and how large it is."""
    with connection.cursor() as cursor:
        begun = time.monotonic()
        cursor.execute("SELECT 1")
        cursor.fetchone()
        thousandths = max(1, round((time.monotonic() - begun) * 1000))
        cursor.execute(SIZES[connection.vendor])
        size = int(cursor.fetchone()[0])
    said = {"ms": formats.number(thousandths), "size": formats.size(size)}
    return Connection(
        _("Database"), _("%(ms)s ms, %(size)s") % said, "works", key="database-server"
    )


def ago(seconds: int) -> str:
    """Return how long ago something was, in its largest unit."""
    if seconds < MINUTE:
        return _("%(n)s s ago") % {"n": formats.number(seconds)}
    if seconds < HOUR:
        return _("%(n)s min ago") % {"n": formats.number(seconds // MINUTE)}
    if seconds < DAY:
        return _("%(n)s h ago") % {"n": formats.number(seconds // HOUR)}
    return _("%(n)s d ago") % {"n": formats.number(seconds // DAY)}
