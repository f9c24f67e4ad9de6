"""What supporters ask for: versions and states in plain text, without secrets and without people.

In English, whoever reads the page. Reasons and names of channels are left out, since servers quote
addresses and people name channels.
"""

import platform
from collections.abc import Iterator
from datetime import UTC, datetime

import django
from django.conf import settings
from django.db import connection
from django.utils import timezone, translation

from onelift.configuration.environment import EMBEDDED
from onelift.dashboards.checkup.queries.connections import Connection
from onelift.dashboards.checkup.queries.status import Status, status_of
from onelift.version import VERSION


def support_lines(now: datetime) -> list[str]:
    """Return what stands on the page, line by line."""
    with translation.override("en"), timezone.override(UTC):
        status = status_of(now)
        return [
            f"OneLift {VERSION}, {now:%Y-%m-%d %H:%M} UTC",
            *versions(),
            f"stuck: {len(status.troubles)}",
            *(f"- {each.key}{_since(each.since)}" for each in status.troubles),
            "connections:",
            *(_said(each) for each in (*status.pulses, *status.connections)),
            "waiting:",
            *_waits(status),
            f"emails in 24 hours: {status.traffic.total}",
            "safety:",
            *(f"- {safe.name}: {safe.state}, {safe.said}" for safe in status.safety.rows),
        ]


def versions() -> list[str]:
    """Return on what it runs."""
    connection.ensure_connection()
    number = ".".join(str(part) for part in connection.get_database_version())
    shape = "one machine" if EMBEDDED else "servers"
    broker = "Redis" if settings.REDIS_URL else "broker of files"
    return [
        f"Python {platform.python_version()}, Django {django.get_version()}",
        f"{connection.display_name} {number}, {broker}",
        f"system: {platform.system()} {platform.machine()}, shape: {shape}",
    ]


def _said(each: Connection) -> str:
    """Return one connection; how a pulse is now is no secret, an address may be."""
    kind = f" ({each.kind})" if each.kind else ""
    how = f", {each.where}" if each.is_pulse and each.where else ""
    return f"- {each.key}{kind}: {each.state}{how}{_since(each.since)}"


def _waits(status: Status) -> Iterator[str]:
    for wait in status.waits:
        heap = wait.heap
        yield f"- {heap.pile.key}: {heap.count}, {wait.state}{_since(heap.since)}"


def _since(at: datetime | None) -> str:
    return f", since {at:%Y-%m-%d %H:%M} UTC" if at else ""
