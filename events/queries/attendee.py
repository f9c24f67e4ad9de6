"""Who is registered for an event, as its hosts read it."""

from collections.abc import Iterator, Mapping

from django.db.models import Q, QuerySet

from communications.models import State
from events.models import Event, EventMail, Registration
from stakeholders.people.models.names import words_of

CAME, MISSING = "came", "missing"
DOUBTS = 20


def attendees(event: Event, wanted: Mapping[str, str]) -> QuerySet[Registration]:
    """Return the registrations that a query asks for, by name.

    ``state`` is one of a registration, ``came`` or ``missing`` (a seat, and not there yet);
    without it those who cancelled are left out. ``q`` is part of a name.
    """
    found = event.registrations.select_related("person__site", "person__business_line", "check_in")
    return named(_in_state(found, wanted.get("state", "")), wanted.get("q", "")).order_by(
        "person__folded_name", "guest_name", "pk"
    )


def doubts_of(event: Event) -> list[EventMail]:
    """Return the first mails of which nobody knows whether they arrived, in one query."""
    found = EventMail.objects.filter(registration__event=event, state=State.IN_DOUBT)
    return list(found.select_related("registration__person").order_by("ended_at", "pk")[:DOUBTS])


def _in_state(found: QuerySet[Registration], state: str) -> QuerySet[Registration]:
    if state == CAME:
        return found.filter(state=Registration.State.GOING, check_in__isnull=False)
    if state == MISSING:
        return found.filter(state=Registration.State.GOING, check_in__isnull=True)
    if state in Registration.State.values:
        return found.filter(state=state)
    return found.exclude(state=Registration.State.CANCELLED)


def named(found: QuerySet[Registration], text: str) -> QuerySet[Registration]:
    """Narrow to those whose name holds each word of a text."""
    for word in words_of(text[:120].replace("\x00", "")):
        found = found.filter(Q(person__folded_name__contains=word) | Q(guest_name__icontains=word))
    return found


def cells_of(found: QuerySet[Registration]) -> Iterator[list[str]]:
    """Yield a line of the file for each registration."""
    for one in found.iterator(chunk_size=500):
        came = one.check_in.at if hasattr(one, "check_in") else None
        yield [
            one.name,
            one.person.site.name if one.person else "",
            str(one.get_state_display()),
            came.strftime("%Y-%m-%d %H:%M UTC") if came else "",
        ]
