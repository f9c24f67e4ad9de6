"""What the pages of a dispatch count. Every number is a count of rows within the scope."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from communications.models import Approval, ChannelState, Delivery, Dispatch, Sign, State
from communications.models.dispatch import DeliveryQuerySet
from communications.queries.schedule import Slot, slots
from programmes.models import Site
from programmes.scope import Scope
from stakeholders.models.audience import people_of
from stakeholders.models.person import PersonQuerySet

# The parts of the ledger in their fixed order; ``waiting`` is what is planned, claimed, sending.
PARTS = ("sent", "waiting", "in_doubt", "failed", "skipped", "cancelled")
WAITING = (State.PLANNED, State.CLAIMED, State.SENDING)


def part_of(state: str) -> str:
    """Return the part of the ledger in which a state counts."""
    return "waiting" if state in WAITING else state


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

    def add(self, row: Mapping[str, Any]) -> None:
        """Count one group of rows."""
        self.parts[part_of(str(row["state"]))] += row["n"]
        self.held += row["held"]
        first, last = row["first"], row["last"]
        if isinstance(first, datetime) and row["state"] == State.SENT:
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
    rows by part and reason; ``delays`` counts rows that were moved, by why, with the first moment
    (UTC) to which; ``standing`` is the version that is sent, ``down`` the state of the
    channel while it does not answer.
    """

    sites: list[SiteLedger]
    languages: Mapping[str, Counts]
    reasons: Mapping[str, Counter[str]]
    delays: dict[str, "Moved"] = field(default_factory=dict)
    standing: Approval | None = None
    down: ChannelState | None = None

    @property
    def interruption(self) -> "Interruption | None":
        """Return what holds these mails back on their channel, if something does."""
        return interrupted(self.down, self.parts["waiting"])


def ledger_of(dispatch: Dispatch, scope: Scope, now: datetime) -> Ledger:
    """Return all counts of a dispatch, in six queries at most."""
    rows = dispatch.deliveries.within(scope)  # type: ignore[attr-defined]
    down, standing = channel_down(), standing_of(dispatch)
    sites = {s.pk: SiteLedger(site=s) for s in Site.objects.within(scope).select_related("region")}
    languages: dict[str, Counts] = {}
    reasons: dict[str, Counter[str]] = {}
    ledger = Ledger(sites=[], languages=languages, reasons=reasons, standing=standing, down=down)
    for row in grouped(rows, held(dispatch, standing, down, now)):
        if row["delay"]:
            ledger.delays.setdefault(row["delay"], Moved()).add(row["n"], row["due"])
        if row["reason"]:
            reasons.setdefault(part_of(row["state"]), Counter())[row["reason"]] += row["n"]
        for counts in (ledger, sites[row["site"]], languages.setdefault(row["language"], Counts())):
            counts.add(row)
    if standing is not None:
        add_later(standing, dispatch, sites, now)
    for site in sites.values():
        if site.later and site.slot and site.slot.delay:
            moved = ledger.delays.setdefault(site.slot.delay, Moved())
            moved.add(site.later, site.slot.ready_at)
    ledger.later = sum(site.later for site in sites.values())
    ledger.sites = sorted(
        (site for site in sites.values() if site.people),
        key=lambda each: (each.slot.due.at if each.slot else now, each.site.name),
    )
    return ledger


def grouped(rows: DeliveryQuerySet, is_held: Q) -> list[dict[str, Any]]:
    """Count rows by site, language, state, reason and delay, in one query."""
    return list(
        rows.values("site", "language", "state", "reason", "delay")
        .annotate(
            n=Count("*"),
            held=Count("pk", filter=is_held),
            first=Min("ended_at"),
            last=Max("ended_at"),
            due=Min("due_at"),
        )
        .order_by()
    )


def held(
    dispatch: Dispatch, standing: Approval | None, down: ChannelState | None, now: datetime
) -> Q:
    """Return the condition of rows that wait for something else than their turn.

    All that has not begun, while the dispatch is paused, no approval stands, or the channel does
    not answer; else what was refused for now, and what a move made due later.
    """
    if dispatch.paused_at is not None or standing is None or down is not None:
        return Q(state__in=(State.PLANNED, State.CLAIMED))
    return Q(state=State.PLANNED) & (Q(next_try_at__gt=now) | Q(due_at__gt=now))


def add_later(
    approval: Approval, dispatch: Dispatch, found: Mapping[int, SiteLedger], now: datetime
) -> None:
    """Add the slot of each site, and the people of those that have no row yet."""
    coming = []
    for slot in slots([approval]):
        ledger = found.get(slot.wave_site.site_id)
        if ledger is not None:
            ledger.slot = slot
            if not ledger.planned and not slot.is_missed(now):
                coming.append(ledger.site.pk)
    people = coming_people(approval, dispatch).filter(site__in=coming).order_by()
    for site, number in people.values_list("site").annotate(n=Count("*")):
        found[site].later = number


def standing_of(dispatch: Dispatch) -> Approval | None:
    """Return the version that goes on being sent; None if withdrawn or cancelled."""
    if dispatch.cancelled_at is not None:
        return None
    standing = Approval.objects.standing().select_related("decided_by")
    return standing.filter(message=dispatch.message_id).first()


def coming_people(approval: Approval, dispatch: Dispatch) -> PersonQuerySet:
    """Return the people whom the rule means now and who have no row."""
    rows = dispatch.deliveries.filter(person=OuterRef("pk"))
    return people_of(approval.content["rule"]).filter(~Exists(rows))


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
        return Interruption(
            str(Sign(state.reason).label), state.failing_since, None, waiting, is_held=True
        )
    if not waiting:
        return None
    return Interruption(state.reason, state.failing_since, state.next_try_at, waiting)


def interruption(scope: Scope, programme_id: int) -> Interruption | None:
    """Return what holds the mails of a programme back, if something does."""
    state = channel_down()
    if state is None:
        return None
    waiting = Delivery.objects.within(scope).filter(
        dispatch__message__programme=programme_id, state__in=WAITING
    )
    return interrupted(state, waiting.count())
