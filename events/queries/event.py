"""Events at a glance: how many come, who waits, and how far the invitation is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from communications.models import Approval
from events.models import Event, Registration

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
