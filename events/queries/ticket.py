"""The link of a ticket, and what stands behind each link of an event.

The token of a ticket follows from the random code on it, so that each mail renders the same link;
only its hash is stored.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from communications.dispatches.services.link import hash_of, token_of_link
from communications.mailroom.channels.keyed import tokens_honoured
from communications.models import PersonalLink
from events.models import Event, Registration
from stakeholders.models import Person

INVITED = "event"
_EVENT = ("site", "programme", "invitation")


@dataclass(frozen=True)
class Opened:
    """What a link opens.

    Attributes:
        event: the event.
        person: whose link it is; None where anybody may read.
        registration: of that person or guest, if there is one.
        language: that of the mail with the link, or of the registration; may be empty.

    """

    event: Event
    person: Person | None = None
    registration: Registration | None = None
    language: str = ""


def token_of(registration: Registration) -> str:
    """Return the token of a ticket, made with the key by which its hash was stored, if one was."""
    tokens = [*tokens_honoured("tickets", registration.code)]
    stored = (token for token in tokens if hash_of(token) == registration.ticket_hash)
    return next(stored, tokens[0])


def link_of(registration: Registration) -> str:
    """Return the address of a ticket."""
    return f"{settings.PUBLIC_URL}/t/{token_of(registration)}/"


def code_link_of(registration: Registration) -> str:
    """Return the address that the code on a ticket holds: what hosts scan."""
    return f"{settings.PUBLIC_URL}/c/{registration.code}/"


def opened_by_invitation(token: str, now: datetime) -> Opened | None:
    """Return what the link of an invitation opens, or the address of a public event."""
    way = "delivery__dispatch__message__event"
    related = ("delivery__person__site", *(f"{way}__{name}" for name in _EVENT))
    links = PersonalLink.objects.select_related(*related)
    link = links.filter(token_hash=hash_of(token), purpose=INVITED, expires_at__gt=now).first()
    if link is None or token_of_link(link) is None:
        return _public(token)
    delivery = link.delivery
    event, person = delivery.dispatch.message.event, delivery.person
    registration = event.registrations.filter(person=person).first()
    return Opened(event, person, registration, delivery.language or person.language)


def _public(slug: str) -> Opened | None:
    """Return an event that anybody may read: one whose invitation was approved."""
    given = Q(invitation__approvals__decided_at__isnull=False)
    given &= ~Q(invitation__approvals__state="refused")
    named = Event.objects.filter(slug=slug)
    events = named.select_related(*_EVENT).filter(given)
    event = events.first()
    return Opened(event) if event else None


def opened_by_ticket(token: str) -> Opened | None:
    """Return what the link of a ticket opens; None whatever is wrong with it."""
    related = (*(f"event__{name}" for name in _EVENT), "person")
    found = Registration.objects.select_related(*related)
    own = found.filter(ticket_hash=hash_of(token)).first()
    if own is None:
        return None
    language = own.language or (own.person.language if own.person else "")
    return Opened(own.event, own.person, own, language)


def place_in_line(registration: Registration) -> int:
    """Return the place of somebody on the waiting list, 1 for the next."""
    before = Q(asked_at__lt=registration.asked_at)
    before |= Q(asked_at=registration.asked_at, pk__lt=registration.pk)
    return 1 + registration.event.registrations.waiting().filter(before).count()
