"""What the mails of one claimed batch share, read once: texts, dates, personal parts."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection

from communications.dispatches.models import Delivery, Dispatch
from communications.dispatches.models.reason import NotSent
from communications.dispatches.services import journal
from communications.dispatches.services.addressee import take_addresses
from communications.dispatches.services.linkcount import redirects_of
from communications.dispatches.services.optout import headers_of, link_of
from communications.dispatches.services.text_wait import LOOKS_EVERY, look_at
from communications.dispatches.services.voices import (
    Reading,
    let_rest,
    reading_of,
    still_adapted,
    voices_in,
)
from communications.dispatches.sources import source_of
from communications.mailroom.channels import Outcome
from communications.mailroom.channels.mail import Letter
from communications.mailroom.channels.parts import Attachment
from communications.mailroom.channels.verp import return_path
from communications.mailroom.models import State
from communications.mailroom.services.identity import SENDER_ADDRESS, message_id_of
from communications.mailroom.services.kind import MailBatch, Told
from communications.mailroom.services.ledger import Claim
from communications.messages.models import AdaptationVersion, Approval
from communications.messages.queries.sender import unsigned_among
from communications.messages.queries.text_wait import lacks_own
from communications.messages.rendering import (
    OPT_OUT_LINK,
    Prepared,
    language_tag,
    prepare,
    values_for,
)
from communications.messages.rendering.language import own_language
from programmes.models import Programme, WaveSite
from programmes.timing import Delay, Span
from stakeholders.audiences.queries.channels import email_misses
from stakeholders.models import Contact, Person


@dataclass
class Batch(MailBatch[Delivery]):
    """One claimed batch of one dispatch. ``go_lives`` is keyed by site id, ``context`` by row.

    ``holders`` are the rows that may write to their address, where each gets one mail; None else.
    ``missed`` are the ids of the people whom email misses. ``voices`` are the adaptations of
    people who get one in place of the core, by their ids. What ``is_unsigned`` waits: the person in
    whose name it is sent does not agree to it.
    """

    ON_FAULT = Outcome.RETRY

    approval: Approval
    rows: list[Delivery]
    context: dict[int, dict[str, str]]
    go_lives: dict[int, date]
    blackouts: dict[int, Sequence[Span]]
    logo: bytes
    missed: Container[int] = frozenset()
    holders: Container[int] | None = None
    voices: Mapping[int, AdaptationVersion] = field(default_factory=dict)
    is_unsigned: bool = False
    prepared: dict[tuple[int | None, str], Prepared] = field(default_factory=dict)
    readings: dict[tuple[int | None, str], Reading] = field(default_factory=dict)
    attached: dict[str, tuple[Attachment, ...]] = field(default_factory=dict)

    def reason_to_skip(self, delivery: Delivery) -> str:
        """Return why the person gets nothing, as things stand now; empty if they do."""
        if delivery.person.left_on is not None:
            return NotSent.LEFT
        if delivery.person.is_do_not_contact:
            return NotSent.DO_NOT_CONTACT
        voice = self.voices.get(delivery.person_id)
        if voice and not voice.frozen.has_email:
            return NotSent.ADAPTED
        if delivery.person_id in self.missed:
            return NotSent.NO_EMAIL
        if self.is_optional and delivery.is_opted_out:
            return NotSent.OPTED_OUT
        if delivery.person.is_address_refused:
            return NotSent.BAD_ADDRESS
        if not self.language_of(delivery):
            return NotSent.NO_TEXT
        is_second = self.holders is not None and delivery.pk not in self.holders
        return NotSent.SAME_ADDRESS if is_second else ""

    @property
    def is_optional(self) -> bool:
        """Tell whether people may opt out of it."""
        return self.approval.frozen.is_optional

    def language_of(self, delivery: Delivery) -> str | None:
        """Return the language in which the person reads this message now."""
        return self.reading_of(delivery).language

    def reading_of(self, delivery: Delivery) -> Reading:
        """Return in whose words and in which language the person reads it now."""
        voice = self.voices.get(delivery.person_id)
        key = (voice.pk if voice else None, delivery.person.language)
        if key not in self.readings:
            self.readings[key] = reading_of(delivery.person.language, voice, self.approval)
        return self.readings[key]

    def waits_until(self, delivery: Delivery, now: datetime) -> datetime | None:
        """Return when a person is looked at again who waits for a text in their own language.

        In the end they get the nearest language, as others do at once. An adaptation in another
        language is no text of their own. What is unsigned waits until its latest time.
        """
        if self.is_unsigned:
            return now + LOOKS_EVERY
        frozen, wanted = self.approval.frozen, delivery.person.language
        if not frozen.waits_for_text or not lacks_own(frozen, wanted, self.languages):
            return None
        adapted = self.reading_of(delivery).adapted
        if adapted and own_language(wanted, adapted.frozen.languages):
            return None
        spans = self.blackouts.get(delivery.site_id, ())
        return look_at(delivery, frozen.schedule.is_urgent, spans, now)

    def waiting_as(self, delivery: Delivery) -> dict[str, object]:
        """Return the column that tells why it waits, where a reader is told."""
        return {} if self.is_unsigned else {"delay": Delay.TEXT}

    @property
    def languages(self) -> Sequence[str]:
        """Return the languages in which the programme writes."""
        languages: Sequence[str] = self.approval.message.programme.languages
        return languages

    def address(self, delivery: Delivery) -> None:
        """Note on the row its words, language, address and Message-ID, to be stored at the intent.

        Until then nothing has left under this Message-ID, and a later batch computes the same.
        """
        reading = self.reading_of(delivery)
        delivery.adapted = reading.adapted
        delivery.language = reading.language or ""
        delivery.address = delivery.person.email
        delivery.message_id = delivery.message_id or message_id_of(delivery)

    def letter(self, delivery: Delivery, now: datetime) -> Letter:
        """Return the mail of a row that was addressed."""
        link = link_of(delivery) if self.is_optional else ""
        values = self.values(delivery) | ({OPT_OUT_LINK: link} if link else {})
        filled = self.text(delivery.adapted, delivery.language).fill(values)
        return Letter(
            message_id=delivery.message_id,
            date=now,
            sender_name=self.approval.frozen.sender,
            sender_address=SENDER_ADDRESS,
            recipient_name=str(delivery.person),
            recipient_address=delivery.address,
            language=language_tag(delivery.language),
            subject=filled.subject,
            text=filled.text,
            html=filled.pieces,
            headers={
                "X-OneLift-Dispatch": dispatch_header(delivery),
                **(headers_of(link) if link else {}),
            },
            images={"logo": self.logo} if self.logo else {},
            attachments=self.attachments(delivery.language),
        )

    def text(self, adapted: AdaptationVersion | None, language: str) -> Prepared:
        """Return the frozen text of a language, rendered once for the batch."""
        key = (adapted.pk if adapted else None, language)
        if key not in self.prepared:
            message, texts = self.approval.message, (adapted or self.approval).frozen.languages
            self.prepared[key] = prepare(
                message.programme,
                language,
                texts[language]["subject"],
                texts[language]["body"],
                source_of(message).placeholders,
                is_optional=self.is_optional,
                redirects=() if adapted else self.redirects(language),
            )
        return self.prepared[key]

    def attachments(self, language: str) -> tuple[Attachment, ...]:
        """Return the files that go along in a language, asked for once for the batch."""
        if language not in self.attached:
            message = self.approval.message
            self.attached[language] = source_of(message).attachments(message, language)
        return self.attached[language]

    def redirects(self, language: str) -> tuple[tuple[str, str], ...]:
        """Return the pages of a text with the addresses that count, if links are counted."""
        has_counts = self.rows[0].dispatch.has_link_counts
        return redirects_of(self.approval, language) if has_counts else ()

    def values(self, delivery: Delivery) -> dict[str, str]:
        """Return what the placeholders hold for one person."""
        person, programme = delivery.person, self.approval.message.programme
        site = person.site if person.site_id in self.go_lives else delivery.site
        values = values_for(person, site, self.go_lives.get(site.pk), programme, delivery.language)
        return values | self.context[delivery.pk]

    def return_path(self, delivery: Delivery) -> str:
        """Return an address that names the delivery, where what comes back is read."""
        return return_path(delivery.pk) or SENDER_ADDRESS

    def may_still_leave(self, delivery: Delivery) -> bool:
        """Tell whether nobody has paused, cancelled, withdrawn or replaced it since the claim."""
        return is_still_to_leave(delivery.dispatch_id, self.approval)

    def begin(self, claim: Claim, rows: Sequence[Delivery], now: datetime) -> set[int]:
        """Write down that bodies leave; on PostgreSQL, and asked whether they may, at once."""
        if connection.vendor != "postgresql":
            return super().begin(claim, still_adapted(rows), now) if rows else set()
        return journal.begin(claim, self.approval, rows, now)

    def write_taken(self, claim: Claim, told: Sequence[Told[Delivery]]) -> None:
        """Write down what was taken, and the contacts; on PostgreSQL at once."""
        if connection.vendor != "postgresql":
            super().write_taken(claim, told)
        else:
            journal.write_taken(claim, self.approval, told)

    def note_sent(self, delivery: Delivery, at: datetime) -> None:
        """Note that the person was told something."""
        Contact.objects.note(self.approval.message.programme_id, delivery.person_id, at)


def is_still_to_leave(dispatch: int, approval: Approval) -> bool:
    """Tell whether a dispatch runs and a version of its message is the one that stands."""
    running = Dispatch.objects.filter(pk=dispatch, paused_at=None, cancelled_at=None)
    approved = Approval.State.APPROVED
    return running.filter(message__approvals=approval, message__approvals__state=approved).exists()


def read_batch(claim: Claim, now: datetime) -> Batch | None:
    """Read a claimed batch; None if its approval no longer stands, or all of it rests."""
    rows = Delivery.objects.filter(fence=claim.fence, state=State.CLAIMED)
    approvals = Approval.objects.standing().select_related("message__programme")
    approval = approvals.filter(message=rows.values("dispatch__message")[:1]).first()
    if approval is None:
        return None
    people = rows.with_opt_outs() if approval.frozen.is_optional else rows
    places = ("person__site", "site", "dispatch")
    found = list(people.select_related("person").prefetch_related(*places).order_by("pk"))
    voices = voices_in(approval, found, now)
    deliveries = let_rest(claim, found, voices)
    if not deliveries:
        return None
    for delivery in deliveries:
        delivery.approval = approval
    programme = approval.message.programme
    places_dated = list(WaveSite.objects.dated().filter(wave__programme=programme))
    batch = Batch(
        approval=approval,
        rows=deliveries,
        context=source_of(approval.message).context(deliveries, now),
        go_lives={place.site_id: place.live_on for place in places_dated},
        blackouts={p.site_id: approval.stopped_by(p.blackouts) for p in places_dated},
        logo=logo_of(programme),
        missed=missed_of(programme, deliveries),
        is_unsigned=bool(unsigned_among([approval])),
        voices=voices.of,
    )
    if deliveries[0].dispatch.is_once_per_address:
        batch.holders = take_addresses([d for d in deliveries if not batch.reason_to_skip(d)])
    return batch


def missed_of(programme: Programme, deliveries: Sequence[Delivery]) -> frozenset[int]:
    """Return the ids of the people of some rows whom email misses, as things stand now."""
    people = Person.objects.filter(pk__in=[delivery.person_id for delivery in deliveries])
    found = people.filter(email_misses(programme.pk)).order_by().values_list("pk", flat=True)
    return frozenset(found)


def logo_of(programme: Programme) -> bytes:
    """Return the programme's logo (PNG or JPEG); empty if there is none, or its file is gone."""
    try:
        if not programme.logo:
            return b""
        # From its beginning each time: a file that was read stands at its end.
        with programme.logo.open("rb") as file:
            return bytes(file.read())
    except OSError:
        return b""


def dispatch_header(delivery: Delivery) -> str:
    """Return ``<message>.<occurrence>``, by which an outsider can check the ledger."""
    return f"{delivery.dispatch.message_id}.{delivery.dispatch.occurrence}"
