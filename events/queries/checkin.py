"""What a host sees at the door: how many are in, who came last, and whom a search means."""

from dataclasses import dataclass

from events.models import CheckIn, Event, Registration
from events.queries.attendee import named
from stakeholders.models import Person

LATEST = 5
FOUND = 12


@dataclass(frozen=True)
class Door:
    """How many of those with a seat are in, and who came last."""

    came: int
    expected: int
    latest: list[CheckIn]

    @property
    def share(self) -> int:
        """Return how many of a hundred are in."""
        return round(100 * self.came / self.expected) if self.expected else 0


def door_of(event: Event) -> Door:
    """Return how things stand at the door, in three queries."""
    came = CheckIn.objects.filter(
        registration__event=event, registration__state=Registration.State.GOING
    )
    latest = came.select_related("registration__person__business_line")
    return Door(came.count(), event.registrations.going().count(), list(latest[:LATEST]))


def with_code(event: Event, code: str) -> Registration | None:
    """Return the registration of an event whose ticket has a code."""
    return event.registrations.filter(code=code).first() if code else None


def found_at_door(event: Event, text: str) -> list[Registration]:
    """Return those whose name holds each word of a text, with a seat or without; the first few."""
    if not text.strip():
        return []
    found = event.registrations.select_related("person__business_line", "check_in")
    in_order = named(found, text).order_by("person__folded_name", "guest_name", "pk")
    return list(in_order[:FOUND])


def person_called(text: str, event: Event) -> Person | None:
    """Return the one person with exactly this mail address or personnel number.

    They belong to the programme and to the region of the event. A visitor from elsewhere is a
    guest, so that a door names nobody whose region its host does not see.
    """
    people = Person.objects.of(event.programme_id).active()
    people = people.filter(site__region=event.site.region_id)
    found = (
        people.filter(email__iexact=text) if "@" in text else people.filter(personnel_number=text)
    )
    two = list(found[:2])
    return two[0] if len(two) == 1 else None
