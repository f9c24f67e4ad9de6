"""Taking a seat, giving it back, and who comes next: never more seats than the room has.

Whoever changes registrations locks the event first, so that rivals come one after the other.
"""

from datetime import datetime

from django.db import transaction

from communications.dispatches.services.link import hash_of
from communications.mailroom.services.replanning import cancel
from communications.models import Delivery, NotSent
from events.models import CheckIn, Event, EventMail, Registration
from events.queries.ticket import token_of
from events.services.telling import tell
from stakeholders.models import Person

Kind = EventMail.Kind
State = Registration.State


class ClosedError(Exception):
    """Nothing can be changed any more: the event is cancelled, has begun, or they are in."""


def locked(event: Event) -> Event:
    """Return the event, which nobody else can change until the transaction ends."""
    found = Event.objects.select_for_update(of=("self",)).select_related("site")
    return found.get(pk=event.pk)


@transaction.atomic
def register(event: Event, person: Person, language: str, now: datetime) -> Registration:
    """Give a person a seat, or a place on the waiting list; once, however often they ask.

    ``language`` is the one in which they read about it, and are told.

    Raises:
        ClosedError: the event is cancelled or has begun.
    """
    event = locked(event)
    if not event.is_open(now):
        raise ClosedError
    found = event.registrations.filter(person=person).first()
    if found and found.state != State.CANCELLED:
        return found
    state = State.GOING if has_seat_for_all(event) else State.WAITING
    if found is None:
        found = add(event, state, now, person=person, language=language)
    else:
        turn_to(found, state, asked_at=now, language=language)
    tell(found, Kind.CONFIRMED if state == State.GOING else Kind.WAITING, found.turn, now)
    return found


@transaction.atomic
def withdraw(registration: Registration, now: datetime) -> Registration:
    """Give a seat back, or a place on the waiting list; the next in turn takes the seat.

    Raises:
        ClosedError: the event is cancelled or has begun, or they have been checked in.
    """
    event = locked(registration.event)
    registration = event.registrations.select_for_update().get(pk=registration.pk)
    if registration.state == State.CANCELLED:
        return registration
    is_in = CheckIn.objects.filter(registration=registration).exists()
    if not event.is_open(now) or is_in:
        raise ClosedError
    had_seat = registration.state == State.GOING
    turn_to(registration, State.CANCELLED)
    forget_reminder(registration, now)
    if had_seat:
        tell(registration, Kind.WITHDRAWN, registration.turn, now)
    promote(event, now)
    return registration


@transaction.atomic
def walk_in(event: Event, now: datetime, *, person: Person | None, name: str) -> Registration:
    """Give a seat to somebody at the door: a person, or a guest of this name.

    Raises:
        ClosedError: the event is cancelled, or the room is full.
    """
    event = locked(event)
    found = event.registrations.filter(person=person).first() if person else None
    if found and found.state == State.GOING:
        return found
    if event.cancelled_at is not None or free_seats(event) < 1:
        raise ClosedError
    if found is None:
        guest = "" if person else name
        return add(event, State.GOING, now, person=person, guest_name=guest, is_walk_in=True)
    turn_to(found, State.GOING, is_walk_in=True)
    return found


def forget_reminder(registration: Registration, now: datetime) -> None:
    """Cancel a reminder that is planned for somebody who does not come."""
    rows = Delivery.objects.filter(
        dispatch__message=registration.event.reminder_id, person=registration.person_id
    )
    cancel(rows, NotSent.NOT_MEANT, now)


def promote(event: Event, now: datetime) -> list[Registration]:
    """Give free seats of a locked event to those who wait longest; return who got one."""
    if not event.is_open(now):
        return []
    next_in_turn = list(event.registrations.waiting()[: max(0, free_seats(event))])
    for registration in next_in_turn:
        turn_to(registration, State.GOING)
        tell(registration, Kind.PROMOTED, registration.turn, now)
    return next_in_turn


def free_seats(event: Event) -> int:
    """Return how many seats are free; negative where the room was made smaller."""
    return event.capacity - event.registrations.going().count()


def has_seat_for_all(event: Event) -> bool:
    """Tell whether a seat is free that nobody waits for."""
    return free_seats(event) > 0 and not event.registrations.waiting().exists()


def add(event: Event, state: str, now: datetime, **values: object) -> Registration:
    """Return a new registration with its code, and the hash of its link."""
    registration = Registration(event=event, state=state, asked_at=now, **values)
    registration.ticket_hash = hash_of(token_of(registration))
    registration.save(force_insert=True)
    return registration


def turn_to(registration: Registration, state: str, **values: object) -> None:
    """Write a new state, which is another occasion to tell something."""
    registration.state, registration.turn = state, registration.turn + 1
    for name, value in values.items():
        setattr(registration, name, value)
    registration.save(update_fields=["state", "turn", *values])
