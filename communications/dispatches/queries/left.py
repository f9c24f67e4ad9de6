"""Which messages have begun to leave at which sites."""

from collections.abc import Collection

from communications.dispatches.models import Tally
from communications.dispatches.models.tally import WAITING
from communications.mailroom.models import State
from programmes.scope import Scope


def left_at_sites(sites: Collection[int], scope: Scope) -> set[tuple[int, int]]:
    """Return the ids of messages with those of the sites where they left, in one query."""
    rows = Tally.objects.within(scope).filter(site__in=sites)
    begun = rows.exclude(part__in=[WAITING, State.CANCELLED])
    return {
        (row["dispatch__message"], row["site"]) for row in begun.by("dispatch__message", "site")
    }
