"""What the pages of a dispatch count. Every number is a count of rows within the scope.

It is read from the tally, so that it costs the same however many rows there are.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from communications.dispatches.models import Dispatch
from communications.dispatches.models.tally import WAITING
from communications.dispatches.queries.reply import failed_replies
from communications.dispatches.queries.slots import Slot, slots
from communications.dispatches.queries.tally import (
    Group,
    Holding,
    groups_of,
    sending_at,
    waiting_in,
)
from communications.dispatches.queries.unplanned import coming_at
from communications.mailroom.models import ChannelState, Sign, State
from communications.mailroom.models.ledger import OPEN
from communications.messages.models import Approval
from programmes.models import Site
from programmes.scope import Scope
from programmes.timing import Delay

# The parts of the ledger in their fixed order; ``waiting`` is what is planned, claimed, sending.
PARTS = ("sent", WAITING, "in_doubt", "failed", "skipped", "cancelled")


def part_of(state: str) -> str:
    """Return the part of the ledger in which a state counts."""
    return WAITING if state in OPEN else state


@dataclass(kw_only=True)
class Counts:
    """Where some people's mails are.

    ``parts`` counts rows; ``held`` of those waiting wait for something; ``later`` are people of
    the audience who have no row yet, since their site's hour has not come.
    """

    parts: Counter[str] = field(default_factory=Counter)
    held: int = 0
    later: int = 0
    first_sent_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def planned(self) -> int:
        """Return the number of rows: the sum of all parts."""
        return sum(self.parts.values())

    @property
    def people(self) -> int:
        """Return how many people the message concerns."""
        return self.planned + self.later

    @property
    def queue(self) -> int:
        """Return how many rows wait for their turn only."""
        return self.parts["waiting"] - self.held

    @property
    def rest(self) -> int:
        """Return how many people are still to be told."""
        return self.parts["waiting"] + self.later

    @property
    def not_sent(self) -> int:
        """Return how many rows ended otherwise than sent."""
        return self.planned - self.parts["sent"] - self.parts["waiting"]

    def add(self, group: Group, *, is_held: bool) -> None:
        self.parts[group["part"]] += group["n"]
        self.held += group["n"] if is_held else 0
        first, last = group["first"], group["last"]
        if isinstance(first, datetime) and group["part"] == State.SENT:
            self.first_sent_at = min(first, self.first_sent_at or first)
        if isinstance(last, datetime):
            self.last_at = max(last, self.last_at or last)


@dataclass(kw_only=True)
class SiteLedger(Counts):
    """The rows of one site, and when it is due."""

    site: Site
    slot: Slot | None = None


@dataclass
class Moved:
    """How many people were moved to a later moment, and the first such moment (UTC)."""

    people: int = 0
    first_at: datetime | None = None

    def add(self, people: int, first_at: datetime) -> None:
        """Count some more."""
        self.people += people
        self.first_at = min(first_at, self.first_at or first_at)


@dataclass(kw_only=True)
class Ledger(Counts):
    """A dispatch as its reader may see it.

    ``languages`` counts rows by the language they were sent in, empty before; ``reasons`` counts
    rows by part and reason, of what failed a part of them; ``delays`` counts rows that were moved,
    by why, with the first moment (UTC) to which; ``waits`` are the groups of what is held while
    not all is; ``standing`` is the version that is sent, ``down`` the state of the channel while
    it does not answer.
    """

    holding: Holding
    sites: list[SiteLedger] = field(default_factory=list)
    languages: dict[str, Counts] = field(default_factory=dict)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    delays: dict[str, "Moved"] = field(default_factory=dict)
    waits: list[Group] = field(default_factory=list)
    standing: Approval | None = None
    down: ChannelState | None = None

    @property
    def interruption(self) -> "Interruption | None":
        """Return what holds these mails back on their channel, if something does."""
        return interrupted(self.down, self.parts["waiting"])

    def note(self, group: Group, site: SiteLedger) -> None:
        """Count one group of rows wherever it counts."""
        is_held = self.holding.holds(group)
        if is_held and not self.holding.is_all:
            self.waits.append(group)
        if group["delay"] not in ("", Delay.TEXT):
            self.delays.setdefault(group["delay"], Moved()).add(group["n"], group["due_at"])
        if group["reason"]:
            self.reasons.setdefault(group["part"], Counter())[group["reason"]] += group["n"]
        for counts in (self, site, self.languages.setdefault(group["language"], Counts())):
            counts.add(group, is_held=is_held)


def ledger_of(dispatch: Dispatch, scope: Scope, now: datetime) -> Ledger:
    """Return all counts of a dispatch, in seven queries at most."""
    down, standing = channel_down(), standing_of(dispatch)
    sites = {s.pk: SiteLedger(site=s) for s in Site.objects.within(scope).select_related("region")}
    holding = Holding.of(dispatch, standing, down, now)
    ledger = Ledger(holding=holding, standing=standing, down=down)
    for group in groups_of(dispatch, scope):
        ledger.note(group, sites[group["site"]])
    for pk, sending in sending_at(dispatch, scope, holding).items():
        ledger.held -= sending
        sites[pk].held -= sending
    if failed := [site.site.pk for site in sites.values() if site.parts["failed"]]:
        ledger.reasons["failed"] = failed_replies(dispatch, failed)
    if standing is not None:
        add_later(ledger, dispatch, sites, now)
    ledger.sites = sorted(
        (site for site in sites.values() if site.people),
        key=lambda each: (each.slot.due.at if each.slot else now, each.site.name),
    )
    return ledger


def add_later(
    ledger: Ledger, dispatch: Dispatch, sites: Mapping[int, SiteLedger], now: datetime
) -> None:
    """Add the slot of each site, and the people of those that have no row yet."""
    standing = ledger.standing
    assert standing is not None  # noqa: S101  for the type checker
    coming = coming_sites(standing, sites, now)
    for (pk, _language), people in coming_at(standing, dispatch, coming).items():
        ledger.later += people
        sites[pk].later += people
    for site in sites.values():
        if site.later and site.slot and site.slot.delay:
            moved = ledger.delays.setdefault(site.slot.delay, Moved())
            moved.add(site.later, site.slot.ready_at)


def coming_sites(standing: Approval, sites: Mapping[int, SiteLedger], now: datetime) -> list[int]:
    """Note the slot of each site; return the ids of those that have no row yet."""
    coming = []
    for slot in slots([standing]):
        site = sites.get(slot.wave_site.site_id)
        if site is not None:
            site.slot = slot
            if not site.planned and not slot.is_missed(now):
                coming.append(site.site.pk)
    return coming


def standing_of(dispatch: Dispatch) -> Approval | None:
    """Return the version that goes on being sent; None if withdrawn or cancelled."""
    if dispatch.cancelled_at is not None:
        return None
    standing = Approval.objects.standing().select_related("decided_by")
    return standing.filter(message=dispatch.message_id).first()


@dataclass(frozen=True)
class Interruption:
    """A channel that does not answer, what waits for it, and when it is tried next (UTC).

    ``is_held`` tells that no server is at fault: the database was put back or copied.
    """

    reason: str
    since: datetime
    next_try_at: datetime | None
    waiting: int
    is_held: bool = False


def channel_down() -> ChannelState | None:
    """Return what keeps all mails back: the database while it is held, else the mail server."""
    failing = ChannelState.objects.filter(channel__in=("database", "mail"))
    return failing.filter(failing_since__isnull=False).order_by("channel").first()


def is_held(state: ChannelState) -> bool:
    """Tell whether the database is held, and not a server away."""
    return state.channel == "database"


def interrupted(state: ChannelState | None, waiting: int) -> Interruption | None:
    """Return the interruption of so many mails; None if the channel works or nothing waits."""
    if state is None or state.failing_since is None:
        return None
    if is_held(state):
        sign = str(Sign(state.reason).label)
        return Interruption(sign, state.failing_since, None, waiting, is_held=True)
    if not waiting:
        return None
    return Interruption(state.reason, state.failing_since, state.next_try_at, waiting)


def database_hold() -> Interruption | None:
    """Return since when and by which sign nothing leaves; None if the database is not held."""
    return interrupted(ChannelState.objects.filter(channel="database").first(), 0)


def hold_in(found: Interruption | None) -> Interruption | None:
    """Return what ``database_hold`` does, from an interruption that was asked for already."""
    return found if found and found.is_held else None


def interruption(scope: Scope) -> Interruption | None:
    """Return what holds the mails of a programme back, if something does."""
    state = channel_down()
    return interrupted(state, waiting_in(scope).mails()) if state else None
