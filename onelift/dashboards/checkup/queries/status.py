"""The page of status: what to do first, what waits, what works, and what would help."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.operation.queries.coming import Coming, next_emails
from onelift.dashboards.checkup.queries.connections import Connection, connections
from onelift.dashboards.checkup.queries.counts import Heap, heaps
from onelift.dashboards.checkup.queries.piles import WAITS
from onelift.dashboards.checkup.queries.pulse import pulses
from onelift.dashboards.checkup.queries.safety import Safety, safety
from onelift.dashboards.checkup.queries.signs import signs
from onelift.dashboards.checkup.queries.stuck import Trouble, list_of, troubles
from onelift.dashboards.checkup.queries.traffic import Traffic, traffic
from programmes.design import formats


@dataclass(frozen=True)
class Wait:
    """One row of what waits."""

    heap: Heap
    url: str
    state: str


@dataclass(frozen=True)
class Status:
    """All of it, as of an instant (UTC)."""

    at: datetime
    troubles: tuple[Trouble, ...]
    waits: tuple[Wait, ...]
    connections: tuple[Connection, ...]
    pulses: tuple[Connection, ...]
    safety: Safety
    traffic: Traffic
    coming: Coming | None

    @property
    def title(self) -> str:
        """Return the finding: what is stuck, or what leaves next."""
        n = len(self.troubles)
        if not n:
            return said_of(self.coming) if self.coming else _("Everything is running")
        words = ngettext(
            "%(n)s thing is stuck; everything else is running",
            "%(n)s things are stuck; everything else is running",
            n,
        )
        return words % {"n": formats.number(n)}

    @property
    def connections_title(self) -> str:
        """Return how many work and how many do not."""
        states = [each.state for each in self.connections]
        works, broken = states.count("works"), states.count("broken")
        shown = {"works": formats.number(works), "broken": formats.number(broken)}
        return _("Connections: %(works)s working, %(broken)s not working") % shown


def said_of(coming: Coming) -> str:
    """Return that all is well, and what leaves next."""
    words = ngettext(
        "Everything is running. Next: %(n)s email on %(day)s",
        "Everything is running. Next: %(n)s emails on %(day)s",
        coming.mails,
    )
    return words % {"n": formats.number(coming.mails), "day": formats.day(coming.on)}


def status_of(now: datetime) -> Status:
    """Return how the installation is; the number of queries is fixed."""
    known, found = signs(), heaps(now)
    connected, running = connections(known, now), pulses(known, now)
    safe = safety(known.proofs, now)
    stuck = troubles([*running, *connected], found, safe)
    return Status(
        at=now,
        troubles=stuck,
        waits=tuple(_wait(found[pile.key], found) for pile in WAITS),
        connections=tuple(connected),
        pulses=tuple(running),
        safety=safe,
        traffic=traffic(now),
        coming=None if stuck else next_emails(now),
    )


def _wait(heap: Heap, found: dict[str, Heap]) -> Wait:
    late = found.get(f"late-{heap.pile.key}")
    state = "late" if late and late.count else "on_time" if heap.count else "nothing_waits"
    return Wait(heap, list_of(heap.pile.key) if heap.count else "", state)
