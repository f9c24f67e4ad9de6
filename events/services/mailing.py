"""Sending the mails about registrations, each once, over the state machine of all mails."""

import logging
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db.models import Q, QuerySet

from communications.dispatches.services.batch import Clock, logo_of
from communications.mailroom.channels import Outcome, RelayDown, Result
from communications.mailroom.channels.mail import Letter, Relay, RelayConfig, build
from communications.mailroom.channels.parts import Attachment
from communications.mailroom.channels.slots import connection_slots
from communications.mailroom.services import ledger, relay_state, watermark
from communications.mailroom.services.identity import HOST, SENDER_ADDRESS
from communications.mailroom.services.ledger import Claim
from communications.messages.rendering import language_tag, reading_language
from communications.models import Reason, State
from events.models import EventMail, Registration
from events.queries.occasion import facts_of, values_of
from events.queries.text import Texts, texts_of
from events.queries.ticket import link_of
from events.rendering.calendar import CANCEL, REQUEST, attached
from events.rendering.code import spaced
from events.rendering.mail import render_mail
from programmes.database.wake import is_stopping
from stakeholders.models import Person

log = logging.getLogger(__name__)

ROUND = timedelta(seconds=25)

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


def deliver(clock: Clock, config: RelayConfig | None = None) -> int:
    """Send what is due over one connection; return how many were tried."""
    with connection_slots(settings.MAIL_CONNECTIONS) as is_free:
        if not is_free or not watermark.may_send(clock()) or not ready(clock()).exists():
            return 0
        with Relay(config or RelayConfig.from_settings()) as relay:
            return send_ready(clock, relay)


def ready(now: datetime) -> QuerySet[EventMail]:
    """Return the mails whose time it is."""
    return EventMail.objects.filter(
        Q(next_try_at__isnull=True) | Q(next_try_at__lte=now),
        state=State.PLANNED,
        due_at__lte=now,
    )


def send_ready(clock: Clock, relay: Relay) -> int:
    """Send batch after batch for a while; the clock comes for the rest. Return how many tries."""
    tries, until = 0, clock() + ROUND
    while clock() < until and not is_stopping() and relay_state.may_try(clock()):
        claim = ledger.claim(ready(clock()).order_by("due_at", "pk"), settings.SEND_BATCH, clock())
        if claim is None:
            break
        tries += send_claimed(claim, clock, relay)
    return tries


def send_claimed(claim: Claim, clock: Clock, relay: Relay) -> int:
    """Send one batch; what could not begin is given back."""
    texts: dict[int, Texts] = {}
    tries = 0
    try:
        for mail in _claimed(claim):
            if is_stopping() or not ledger.renew(claim, clock()):
                break
            event = mail.registration.event
            if event.pk not in texts:
                texts[event.pk] = texts_of(event)
            tries += send_one(claim, mail, texts[event.pk], clock, relay)
    except RelayDown as down:
        relay_state.failed(down, clock())
    finally:
        ledger.release(claim)
    return tries


def _claimed(claim: Claim) -> QuerySet[EventMail]:
    event = "registration__event"
    related = (f"{event}__site", f"{event}__programme", f"{event}__invitation")
    rows = EventMail.objects.filter(fence=claim.fence, state=State.CLAIMED)
    return rows.select_related(*related, "registration__person").order_by("due_at", "pk")


def send_one(claim: Claim, mail: EventMail, texts: Texts, clock: Clock, relay: Relay) -> bool:
    """Send one mail, or end it if it is true no more; return whether it was tried."""
    if reason := reason_to_skip(mail):
        ledger.end(claim, mail, State.SKIPPED, reason, clock())
        return False
    try:
        letter = letter_of(mail, texts, clock())
        message = build(letter)
    except Exception as error:
        log.exception("Event mail %s cannot be made", mail.pk)
        ledger.settle(claim, mail, Result(Outcome.FAILED, type(error).__name__), clock())
        return False
    result = relay.send(
        SENDER_ADDRESS, mail.address, message, lambda: ledger.begin(claim, mail, clock())
    )
    ledger.settle(claim, mail, result, clock())
    return True


def reason_to_skip(mail: EventMail) -> str:
    """Return why nobody gets a mail, as things stand now; empty if they do."""
    person = person_of(mail)
    if person.left_on is not None:
        return Reason.LEFT
    if person.is_do_not_contact:
        return Reason.DO_NOT_CONTACT
    if person.is_address_refused:
        return Reason.BAD_ADDRESS
    return "" if is_true(mail) else Reason.DECIDED


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
    """Return the mail of a row, and note on the row the language and address that it uses."""
    registration, event, person = mail.registration, mail.registration.event, person_of(mail)
    programme = event.programme
    wanted = registration.language or person.language
    mail.language = reading_language(wanted, programme.languages) or "en"
    mail.address = person.email
    mail.message_id = mail.message_id or f"<event.{mail.pk}.{registration.turn}@{HOST}>"
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
