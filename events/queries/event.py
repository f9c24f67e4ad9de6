"""Events at a glance: how many come, who waits, and how far the invitation is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from communications.desk.queries.message import frozen_for
from communications.models import Approval
from events.models import Event, Registration
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.people import counted, number_of

DRAFT, CANCELLED = "draft", "cancelled"


@dataclass(frozen=True)
class EventLine:
    """One event; ``state`` is a key of ``marks.STATUSES``: that of its invitation."""

    event: Event
    going: int
    waiting: int
    came: int
    state: str

    @property
    def free(self) -> int:
        """Return how many seats are free."""
        return max(0, self.event.capacity - self.going)

    @property
    def missed(self) -> int:
        """Return how many had a seat and did not come."""
        return max(0, self.going - self.came)


def event_lines(events: Sequence[Event]) -> list[EventLine]:
    """Return the events with their counts, in two queries."""
    counts = _counts(events)
    states = _states(events)
    return [
        EventLine(
            event=event,
            state=CANCELLED if event.cancelled_at else states.get(event.invitation_id, DRAFT),
            **counts.get(event.pk, {"going": 0, "waiting": 0, "came": 0}),
        )
        for event in events
    ]


def invited_to(event: Event, scope: Scope) -> int:
    """Return how many people in view the invitation means, as the list of people has them."""
    return number_of(_rule_for(event, scope), scope)


def readers_of(event: Event, scope: Scope) -> dict[str, int]:
    """Return how many of the invited in view read each language, by code."""
    return {
        row["language"]: row["people"]
        for row in counted(_rule_for(event, scope), scope, "language")
    }


def _rule_for(event: Event, scope: Scope) -> Rule:
    frozen = frozen_for(event.invitation, scope)
    return frozen.rule if frozen else event.invitation.audience.rule()


def _counts(events: Sequence[Event]) -> dict[int, dict[str, int]]:
    going = Q(state=Registration.State.GOING)
    rows = (
        Registration.objects.filter(event__in=events)
        .order_by()
        .values("event")
        .annotate(
            going=Count("pk", filter=going),
            waiting=Count("pk", filter=Q(state=Registration.State.WAITING)),
            came=Count("check_in", filter=going),
        )
    )
    return {row.pop("event"): row for row in rows}


def _states(events: Sequence[Event]) -> dict[int, str]:
    """Return whether a version stands or waits, by message id."""
    versions = Approval.objects.filter(
        message__in=[event.invitation_id for event in events],
        state__in=[Approval.State.WAITING, Approval.State.APPROVED],
    )
    ordered = versions.order_by("state").values_list("message", "state")
    # “approved” comes before “waiting”, and what stands is what people read.
    return dict(reversed(list(ordered)))
