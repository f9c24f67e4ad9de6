"""What the pages of a dispatch show. Every number is a count of rows within the scope."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from communications.models import Approval, ChannelState, Delivery, Dispatch, State
from communications.models.dispatch import DeliveryQuerySet
from communications.queries.schedule import Slot, slots
from programmes.models import Site
from programmes.scope import Scope
from stakeholders.models.audience import people_of

# The parts of the ledger in their fixed order; ``waiting`` is what is planned, claimed, sending.
PARTS = ("sent", "waiting", "in_doubt", "failed", "skipped", "cancelled")
WAITING = (State.PLANNED, State.CLAIMED, State.SENDING)


def part_of(state: str) -> str:
    """Return the part of the ledger in which a state counts."""
    return "waiting" if state in WAITING else state


@dataclass
class SiteLedger:
    """The rows of one site; ``later`` are people of the audience whose hour has not come."""

    site: Site
    slot: Slot | None = None
    later: int = 0
    parts: Counter[str] = field(default_factory=Counter)

    @property
    def planned(self) -> int:
        """Return the number of rows: the sum of all parts."""
        return sum(self.parts.values())

    @property
    def people(self) -> int:
        """Return how many people the message concerns here."""
        return self.planned + self.later

    @property
    def not_sent(self) -> int:
        """Return how many rows ended otherwise than sent."""
        return self.planned - self.parts["sent"] - self.parts["waiting"]


@dataclass(frozen=True)
class Ledger:
    """A dispatch as its reader may see it."""

    sites: list[SiteLedger]
    languages: Mapping[str, Counter[str]]
    reasons: Mapping[str, Counter[str]]
    parts: Counter[str]
    later: int

    @property
    def planned(self) -> int:
        """Return the number of rows."""
        return sum(self.parts.values())

    @property
    def people(self) -> int:
        """Return how many people the message concerns."""
        return self.planned + self.later


def ledger_of(dispatch: Dispatch, scope: Scope, now: datetime) -> Ledger:
    """Return all counts of a dispatch, in a constant number of queries."""
    rows = dispatch.deliveries.within(scope)  # type: ignore[attr-defined]
    sites = sites_of(dispatch, rows, scope, now)
    total: Counter[str] = Counter()
    for site in sites:
        total.update(site.parts)
    return Ledger(
        sites=sites,
        languages=counted(rows.exclude(language=""), "language"),
        reasons=counted(rows.exclude(reason=""), "reason", by="state"),
        parts=total,
        later=sum(site.later for site in sites),
    )


def counted(rows: DeliveryQuerySet, key: str, by: str = "") -> dict[str, Counter[str]]:
    """Count rows by a column and part (or by part and a column)."""
    result: dict[str, Counter[str]] = {}
    for row in rows.values(key, "state").annotate(n=Count("pk")).order_by():
        outer, inner = row[key], part_of(row["state"])
        if by:
            outer, inner = inner, outer
        result.setdefault(outer, Counter())[inner] += row["n"]
    return result


def sites_of(
    dispatch: Dispatch, rows: DeliveryQuerySet, scope: Scope, now: datetime
) -> list[SiteLedger]:
    """Return the ledger of each site that has rows or whose hour will come."""
    found = {site.pk: SiteLedger(site) for site in Site.objects.within(scope)}
    for row in rows.values("site", "state").annotate(n=Count("pk")).order_by():
        found[row["site"]].parts[part_of(row["state"])] += row["n"]
    add_later(dispatch, found, now)
    ledgers = [ledger for ledger in found.values() if ledger.people]
    return sorted(
        ledgers, key=lambda each: (each.slot.due.at if each.slot else now, each.site.name)
    )


def add_later(dispatch: Dispatch, found: dict[int, SiteLedger], now: datetime) -> None:
    """Add the slot of each site, and the people of those whose hour has not come."""
    approval = Approval.objects.standing().filter(message=dispatch.message_id).first()
    if approval is None or dispatch.cancelled_at is not None:
        return
    coming = people_by_site(approval, dispatch)
    for slot in slots([approval]):
        ledger = found.get(slot.wave_site.site_id)
        if ledger is not None:
            ledger.slot = slot
            is_coming = slot.ready_at > now and not ledger.planned
            ledger.later = coming.get(ledger.site.pk, 0) if is_coming else 0


def people_by_site(approval: Approval, dispatch: Dispatch) -> dict[int, int]:
    """Count the people whom the rule means now and who have no row, keyed by site id."""
    new = people_of(approval.content["rule"]).exclude(pk__in=dispatch.deliveries.values("person"))
    return dict(new.values_list("site").annotate(n=Count("pk")).order_by())


def deliveries_in(dispatch: Dispatch, scope: Scope, part: str, site: str) -> QuerySet[Delivery]:
    """Return the rows behind a number: of one part and one site, where given."""
    rows = dispatch.deliveries.within(scope)  # type: ignore[attr-defined]
    if part:
        rows = rows.filter(Q(state__in=WAITING) if part == "waiting" else Q(state=part))
    if site.isdigit():
        rows = rows.filter(site=int(site))
    return rows.select_related("person", "site").order_by("site__name", "person__last_name", "pk")


@dataclass(frozen=True)
class Interruption:
    """A channel that does not answer, what waits for it, and when it is tried next (UTC)."""

    reason: str
    since: datetime
    next_try_at: datetime | None
    waiting: int


def interruption(scope: Scope, programme_id: int) -> Interruption | None:
    """Return what holds the mails of a programme back, if something does."""
    state = ChannelState.objects.filter(channel="mail", failing_since__isnull=False).first()
    if state is None or state.failing_since is None:
        return None
    waiting = Delivery.objects.within(scope).filter(
        dispatch__message__programme=programme_id, state__in=WAITING
    )
    return Interruption(state.reason, state.failing_since, state.next_try_at, waiting.count())
