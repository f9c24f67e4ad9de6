"""The mails about registrations, as the outbox sends them: to whom, and what each says."""

from datetime import datetime
from typing import cast

from communications.dispatches.services.batch import logo_of
from communications.mailroom.channels.mail import Letter
from communications.mailroom.channels.parts import Attachment
from communications.mailroom.services.identity import HOST, SENDER_ADDRESS
from communications.mailroom.services.kind import MailBatch, MailKind, register
from communications.mailroom.services.ledger import Claim
from communications.messages.rendering import language_tag, reading_language
from communications.models import NotSent, State
from events.models import EventMail, Registration
from events.queries.occasion import facts_of, values_of
from events.queries.text import Texts, texts_of
from events.queries.ticket import link_of
from events.rendering.calendar import CANCEL, REQUEST, attached
from events.rendering.code import spaced
from events.rendering.mail import render_mail
from stakeholders.models import Person

Kind = EventMail.Kind
# The kinds that tell of a state of the registration, and that state.
TELLS = {
    Kind.CONFIRMED: Registration.State.GOING,
    Kind.PROMOTED: Registration.State.GOING,
    Kind.WAITING: Registration.State.WAITING,
    Kind.WITHDRAWN: Registration.State.CANCELLED,
}
METHODS = {
    Kind.CONFIRMED: REQUEST,
    Kind.PROMOTED: REQUEST,
    Kind.MOVED: REQUEST,
    Kind.WITHDRAWN: CANCEL,
    Kind.OFF: CANCEL,
}


class EventMails(MailKind[EventMail]):
    """The mails about registrations; they come before dispatches."""

    model = EventMail
    rank = 1

    def read(self, claim: Claim, now: datetime) -> "EventBatch":
        """Read the mails of a claim."""
        event = "registration__event"
        related = (f"{event}__site", f"{event}__programme", f"{event}__invitation")
        rows = EventMail.objects.filter(fence=claim.fence, state=State.CLAIMED)
        rows = rows.select_related(*related, "registration__person")
        return EventBatch(list(rows.order_by("due_at", "pk")))


register(EventMails())


class EventBatch(MailBatch[EventMail]):
    """Some mails about registrations; the texts of an event are read once for all of them."""

    def __init__(self, rows: list[EventMail]) -> None:
        self.rows = rows
        self.texts: dict[int, Texts] = {}

    def reason_to_skip(self, mail: EventMail) -> str:
        """Return why nobody gets a mail, as things stand now; empty if they do."""
        return reason_to_skip(mail)

    def address(self, mail: EventMail) -> None:
        """Note the person's address, and the language in which they read about the event."""
        registration, person = mail.registration, person_of(mail)
        wanted = registration.language or person.language
        mail.language = reading_language(wanted, registration.event.programme.languages) or "en"
        mail.address = person.email
        mail.message_id = mail.message_id or f"<event.{mail.pk}.{registration.turn}@{HOST}>"

    def letter(self, mail: EventMail, now: datetime) -> Letter:
        """Return the mail of a row."""
        event = mail.registration.event
        if event.pk not in self.texts:
            self.texts[event.pk] = texts_of(event)
        return letter_of(mail, self.texts[event.pk], now)


def reason_to_skip(mail: EventMail) -> str:
    """Return why nobody gets a mail, as things stand now; empty if they do."""
    person = person_of(mail)
    if person.left_on is not None:
        return NotSent.LEFT
    if person.is_do_not_contact:
        return NotSent.DO_NOT_CONTACT
    if person.is_address_refused:
        return NotSent.BAD_ADDRESS
    return "" if is_true(mail) else NotSent.DECIDED


def is_true(mail: EventMail) -> bool:
    """Tell whether what a mail tells is still so: neither the person nor the event has moved on."""
    registration, kind = mail.registration, Kind(mail.kind)
    if kind in TELLS:
        is_on = registration.event.cancelled_at is None or kind == Kind.WITHDRAWN
        return is_on and registration.state == TELLS[kind] and registration.turn == mail.occasion
    is_coming = registration.state != Registration.State.CANCELLED
    return is_coming and registration.event.sequence == mail.occasion


def person_of(mail: EventMail) -> Person:
    """Return who gets a mail: a guest gets none."""
    return cast(Person, mail.registration.person)


def letter_of(mail: EventMail, texts: Texts, now: datetime) -> Letter:
    """Return the mail of a row that was addressed."""
    event, person = mail.registration.event, person_of(mail)
    programme = event.programme
    filled = render_mail(mail.kind, programme, mail.language, _values(mail, texts))
    return Letter(
        message_id=mail.message_id,
        date=now,
        sender_name=programme.name,
        sender_address=SENDER_ADDRESS,
        recipient_name=str(person),
        recipient_address=mail.address,
        language=language_tag(mail.language),
        subject=filled.subject,
        text=filled.text,
        html=filled.html,
        headers={"X-OneLift-Event": f"{event.pk}.{event.sequence}"},
        images={"logo": logo_of(programme)} if programme.logo else {},
        attachments=_files(mail, texts),
    )


def _values(mail: EventMail, texts: Texts) -> dict[str, str]:
    registration, person = mail.registration, person_of(mail)
    return {
        "first_name": person.first_name,
        "name": str(person),
        "event_code": spaced(registration.code),
        "event_link": link_of(registration),
        **values_of(registration.event, texts, mail.language),
    }


def _files(mail: EventMail, texts: Texts) -> tuple[Attachment, ...]:
    """Return the calendar file; who waits has none, since there may be no seat."""
    registration, person = mail.registration, person_of(mail)
    method = METHODS.get(Kind(mail.kind))
    if method is None or (registration.state == Registration.State.WAITING):
        return ()
    link, attendee = link_of(registration), (str(person), person.email)
    facts = facts_of(registration.event, texts, mail.language, link, attendee, is_mine=True)
    return (attached(facts, method),)
