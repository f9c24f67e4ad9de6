"""Registering on the public page of an event, where no link says who somebody is."""

from datetime import datetime

from events.models import Event, Registration
from events.services.registration import register
from programmes.services.attempt import Limit, count_attempt
from stakeholders.models import Person

# No network address is counted: a company often has one for all. A crowd that scans a poster stays
# far below; each address that is typed reads the people of the event.
BY_EVENT = Limit("event registrations by address", 1000, 10 * 60)
# How often one person may come back after they gave their seat away.
BY_PERSON = Limit("event registrations of a person", 3, 60 * 60)


class TooManyError(Exception):
    """So many addresses were typed that the page has to wait; ``seconds`` says how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Try again in {seconds} s")
        self.seconds = seconds


def register_by_address(event: Event, address: str, language: str, now: datetime) -> None:
    """Give a seat, or a place in line, to the person invited who has an address, if there is one.

    They are told by mail. Nobody else learns whether there is such a person: the answer on the
    page is the same, see docs/decisions/events.md.

    Raises:
        ClosedError: the event is cancelled or has begun.
        TooManyError: a crowd, or a script, has typed addresses.
    """
    if wait := count_attempt([BY_EVENT.of(str(event.pk))], now):
        raise TooManyError(wait)
    person = invited_with(event, address)
    if person is None or _is_in(event, person):
        return
    if not count_attempt([BY_PERSON.of(str(event.pk), str(person.pk))], now):
        register(event, person, language, now)


def _is_in(event: Event, person: Person) -> bool:
    own = event.registrations.filter(person=person)
    return own.exclude(state=Registration.State.CANCELLED).exists()


def invited_with(event: Event, address: str) -> Person | None:
    """Return who is invited and has an address; None if nobody is, or more than one."""
    version = event.invitation.approvals.standing().first()
    if version is None:
        return None
    found = list(version.frozen.rule.people().filter(email__iexact=address)[:2])
    return found[0] if len(found) == 1 else None
