"""What is stuck, for the page and for the emails about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from communications.mailroom.services.relay_state import MAIL
from communications.operation.queries.problems import Problem, register_look
from onelift.dashboards.checkup.queries.connections import (
    DATABASE,
    STORAGE,
    Connection,
    connections,
)
from onelift.dashboards.checkup.queries.counts import Heap, heaps
from onelift.dashboards.checkup.queries.piles import STUCK
from onelift.dashboards.checkup.queries.pulse import WORKER, pulses
from onelift.dashboards.checkup.queries.safety import Safety, safety
from onelift.dashboards.checkup.queries.signs import signs

# The two alarms of the whole sending tell of the first two; the others look different from
# each machine, and whoever looks for the emails is a worker.
TOLD_OTHERWISE = (MAIL, DATABASE, STORAGE, WORKER)


@dataclass(frozen=True)
class Trouble:
    """One thing that is stuck, since when (UTC), and one way out.

    Attributes:
        key: the same while it lasts.
        count: of the rows in the list at ``url``; None if it has no list.
        anchor: its row on the page, where it has one.
        enter_url: where the address that is missing is entered.

    """

    key: str
    title: str | Promise
    reason: str
    advice: str | Promise
    since: datetime | None
    count: int | None = None
    url: str = ""
    anchor: str = ""
    enter_url: str = ""


def troubles(
    connected: Iterable[Connection], found: dict[str, Heap], safe: Safety
) -> tuple[Trouble, ...]:
    """Return all that is stuck, what most depends on first."""
    return (*_of_connections(connected), *_of_trail(safe), *_of_piles(found))


def list_of(key: str) -> str:
    """Return the address of a pile's list."""
    return reverse("dashboards:status-list", args=[key])


def stuck_now(now: datetime) -> int:
    """Return how many things are stuck; the number of queries is fixed."""
    known = signs()
    connected = [*pulses(known, now), *connections(known, now)]
    return len(troubles(connected, heaps(now, STUCK), safety(known.proofs, now)))


@register_look
def problems(now: datetime) -> Iterator[Problem]:
    """Yield what administrators are emailed about, in English as all that is for operators."""
    with translation.override("en"):
        known = signs()
        connected = [*pulses(known, now), *connections(known, now)]
        for each in troubles(connected, heaps(now, STUCK), safety(known.proofs, now)):
            if each.key not in TOLD_OTHERWISE:
                text = " ".join(filter(None, (each.reason, str(each.advice))))
                yield Problem(each.key, str(each.title), text)


def _of_connections(found: Iterable[Connection]) -> Iterator[Trouble]:
    for each in found:
        if each.is_broken:
            title = _("%(name)s: not working") % {"name": each.name}
            yield Trouble(
                each.key,
                title,
                each.reason,
                each.advice,
                each.since,
                anchor=each.anchor,
                enter_url=each.enter_url,
            )


def _of_trail(safe: Safety) -> Iterator[Trouble]:
    if safe.broken_at:
        yield Trouble(
            "trail",
            _("The audit trail is broken"),
            _("Entries were changed, lost or inserted."),
            _("Run manage.py verify_trail to list them."),
            safe.broken_at,
            anchor="safety",
        )


def _of_piles(found: dict[str, Heap]) -> Iterator[Trouble]:
    for pile in STUCK:
        heap = found[pile.key]
        if heap.count:
            url = list_of(pile.key)
            yield Trouble(pile.key, pile.title, "", pile.advice, heap.since, heap.count, url)
