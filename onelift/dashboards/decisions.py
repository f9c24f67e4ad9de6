"""How messages that wait are shown: with whom, when and how much, as the plan knows it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from communications.approvals.queries.matters import MessageDecisions
from communications.desk.queries.recipients import narrowed
from communications.dispatches.queries import load
from communications.dispatches.queries.parts import parts_of
from communications.dispatches.queries.plans import places_of
from onelift.dashboards.overview.queries.board import crowd_in, plan_in
from onelift.dashboards.overview.queries.decisions import Card, cards_of
from onelift.dashboards.people.queries.reader import Reader
from programmes.queries.decisions import Asking, Matter, register


class PlannedMessages(MessageDecisions):
    """Messages, with the facts of the plan."""

    template = "dashboards/_decision_messages.html"

    def parts(self, matters: Sequence[Matter], asked: Asking, user: Any) -> list[Sequence[Any]]:
        """Return the card of each version, asked for all at once."""
        rows = [row for matter in matters for row in matter.rows]
        planned, places = asked.once(plan_in, asked), asked.once(places_of, asked.scope)
        crowd, hits = asked.once(crowd_in, asked), None
        if not asked.is_brief:
            rules = {plan.message: plan.rule for plan in planned.plans}
            rules |= {row.approval.message: row.approval.frozen.rule for row in rows}
            parts = parts_of(crowd, narrowed(rules))
            hits = load.hits_of(planned.plans, planned.slots, places, parts)
        reader = Reader(asked.programme, asked.scope, asked.now, asked.query)
        cards = {
            card.approval.pk: card for card in cards_of(rows, reader, user, places, crowd, hits)
        }
        return [[cards[row.approval.pk] for row in matter.rows] for matter in matters]

    def due_on(self, matter: Matter, parts: Sequence[Card]) -> date | None:
        """Return the first day on which one of them is due somewhere."""
        days = [card.when.due_on for card in parts if card.when.due_on]
        return min(days, default=None)


register(PlannedMessages())
