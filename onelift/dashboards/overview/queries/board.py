"""What waits for a decision in a programme: of all kinds, for the reader, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from communications.approvals.queries.approval import waiting_of
from communications.dispatches.queries.load import crowd_with
from communications.dispatches.queries.plans import open_versions, places_of, with_ends
from communications.dispatches.queries.slots import planned_at
from onelift.dashboards.plan.queries.moments import NamedPlan, NamedSlot, named_plans
from programmes.models import WaveSite
from programmes.queries.decisions import DECIDE, Asking, Card, all_cards
from stakeholders.audiences.queries.crowd import Crowd
from stakeholders.models import User


@dataclass(frozen=True)
class Next:
    """What comes next: a draft by its title, or else the go-live of a wave."""

    on: date
    title: str = ""
    wave: str = ""


@dataclass(frozen=True)
class DecisionsBoard:
    """What waits; ``next`` is what will need a decision.

    Attributes:
        all: everything, what waits for somebody's answer last.
        mine: what waits for the reader, to decide or to answer.
        open: what waits for its decider.
        late: what the reader is to decide, for others the decider, and was due before today.
        ahead: the same, and not late.
        next: what comes next, if anything.

    """

    all: list[Card]
    mine: list[Card]
    open: list[Card]
    late: list[Card]
    ahead: list[Card]
    next: Next | None

    def narrowed(self, to: str) -> list[Card]:
        """Return what a page shows that was asked for one of these lists, else all."""
        lists = {"me": self.mine, "open": self.open, "late": self.late, "ahead": self.ahead}
        return lists.get(to, self.all)


@dataclass(frozen=True)
class Planned:
    """The plan in view: what is to be sent, and when at each site."""

    plans: list[NamedPlan]
    slots: list[NamedSlot]


def plan_in(asked: Asking) -> Planned:
    """Return the plan in view, of versions and places that kinds of decisions share."""
    versions = asked.once(open_versions, asked.scope)
    plans = with_ends(named_plans(asked.programme, asked.scope, versions), asked.programme)
    return Planned(plans, planned_at(plans, asked.once(places_of, asked.scope)))


def crowd_in(asked: Asking) -> Crowd:
    """Return the people in view, counted for what is planned and what waits."""
    waiting = waiting_of(asked.once(open_versions, asked.scope))
    places = asked.once(places_of, asked.scope)
    return crowd_with(waiting, asked.once(plan_in, asked).plans, places, asked.scope)


def decisions_board(asked: Asking, user: User) -> DecisionsBoard:
    """Return what waits in a programme, in a number of queries that does not grow with it."""
    planned, cards = asked.once(plan_in, asked), all_cards(asked, user)
    places, today = asked.once(places_of, asked.scope), asked.now.date()
    waiting = to_decide(cards, asked)
    late = [card for card in waiting if card.matter.is_late(today)]
    return DecisionsBoard(
        all=cards,
        mine=[card for card in cards if card.is_mine],
        open=[card for card in cards if card.matter.is_open],
        late=late,
        ahead=[card for card in waiting if card not in late],
        next=_next(planned.slots, places, asked.now),
    )


def to_decide(cards: Iterable[Card], asked: Asking) -> list[Card]:
    """Return those that wait for the reader's decision, for others for the decider's."""
    decides = asked.scope.may(DECIDE)
    return [card for card in cards if card.matter.is_open and (card.is_mine or not decides)]


def _next(slots: Iterable[NamedSlot], places: Iterable[WaveSite], now: datetime) -> Next | None:
    drafts = [e for e in slots if e.plan.state == "draft" and e.due.at > now]
    if drafts:
        first = min(drafts, key=lambda each: each.due.at)
        return Next(first.on, title=first.plan.title)
    coming = [(p.live_on, p.wave.name) for p in places if p.live_on > now.date()]
    return Next(min(coming)[0], wave=min(coming)[1]) if coming else None
