"""Events at sites whose go-live moves: which may move along, and when their emails are due then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, Q

from communications.messages.queries.content import due_of
from communications.models import Approval, Message
from events.models import Event, Registration
from programmes.models import WaveSite
from programmes.queries.shift import Shift
from programmes.scope import Scope
from programmes.timing import Schedule
from stakeholders.audiences.models.audience import rule_lookups

OPEN = (Approval.State.WAITING, Approval.State.APPROVED)


@dataclass(frozen=True)
class EventShift:
    """An event at a site that moves.

    Attributes:
        event: the event, with ``going`` (who has a seat or waits).
        is_shared: whether people of other sites are invited too: it stays.
        is_bound: whether its invitation was approved or waits for that, with its day.

    """

    event: Event
    is_shared: bool
    is_bound: bool

    @property
    def going(self) -> int:
        """Return how many people have a seat or wait for one."""
        going: int = self.event.going  # type: ignore[attr-defined]
        return going


def events_of(shift: Shift, scope: Scope, today: date) -> list[EventShift]:
    """Return the coming events at sites that move, in a fixed number of queries."""
    if not shift.places:
        return []
    seats = Count("registrations", filter=~Q(registrations__state=Registration.State.CANCELLED))
    found = (
        Event.objects.within(scope)
        .filter(site__in=shift.sites, cancelled_at=None, held_on__gte=today)
        .annotate(going=seats)
        .select_related("site", "invitation__audience", "reminder", "programme")
        .prefetch_related(*rule_lookups("invitation__audience__"))
        .order_by("held_on", "from_time", "pk")
    )
    events = list(found)
    messages = [event.invitation_id for event in events]
    open_versions = Approval.objects.filter(message__in=messages, state__in=OPEN)
    bound = set(open_versions.values_list("message", flat=True))
    return [
        EventShift(event, _is_shared(event, shift), event.invitation_id in bound)
        for event in events
    ]


def _is_shared(event: Event, shift: Shift) -> bool:
    rule = event.invitation.audience.rule()
    others = (place for place in shift.everywhere if place.site_id not in shift.sites)
    return any(rule.names(place) for place in others)


def rooms_taken(events: Sequence[EventShift], shift: Shift, scope: Scope) -> dict[int, Event]:
    """Return another event in the same room at the same time then, by event id; one query."""
    moving = [one.event for one in events if not one.is_shared]
    days = [shift.moved(event.held_on) for event in moving]
    others = list(
        Event.objects.within(scope)
        .filter(site__in=shift.sites, cancelled_at=None, held_on__in=days)
        .exclude(pk__in=[event.pk for event in moving])
    )
    found = {}
    for event in moving:
        there = [one for one in others if _meets(event, one, shift)]
        if there:
            found[event.pk] = there[0]
    return found


def _meets(event: Event, other: Event, shift: Shift) -> bool:
    return (
        other.site_id == event.site_id
        and other.room.strip().casefold() == event.room.strip().casefold()
        and other.held_on == shift.moved(event.held_on)
        and other.from_time < event.until_time
        and event.from_time < other.until_time
    )


def instants_of(
    message: Message, places: Iterable[WaveSite], then: Schedule
) -> dict[int, tuple[datetime | None, datetime | None]]:
    """Return when an email of an event is due at sites now and with another schedule."""
    schedule = Schedule.of(message)
    found = {}
    for place in places:
        was, will = due_of(schedule, place), due_of(then, place)
        found[place.site_id] = (was.at if was else None, will.at if will else None)
    return found


def moved_schedule(message: Message, shift: Shift) -> Schedule:
    """Return the schedule of a message by as many days later."""
    schedule = Schedule.of(message)
    return replace(schedule, fixed_on=shift.moved(schedule.fixed_on))
