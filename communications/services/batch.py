"""What the mails of one claimed batch share, read once: texts, dates, personal parts."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parseaddr

from django.conf import settings
from django.db.models import QuerySet

from communications.channels.mail import Letter
from communications.models import Approval, Delivery, Reason, State
from communications.rendering import (
    Prepared,
    language_tag,
    prepare,
    reading_language,
    values_for,
)
from communications.services.ledger import Claim
from communications.sources import source_of
from programmes.models import Programme, WaveSite

Clock = Callable[[], datetime]
SENDER_ADDRESS = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
HOST = SENDER_ADDRESS.rpartition("@")[2]


@dataclass
class Batch:
    """One claimed batch of one dispatch. ``go_lives`` is keyed by site id, ``context`` by row."""

    approval: Approval
    deliveries: list[Delivery]
    context: dict[int, dict[str, str]]
    go_lives: dict[int, date]
    logo: bytes
    prepared: dict[str, Prepared] = field(default_factory=dict)
    has_sent: bool = False

    def reason_to_skip(self, delivery: Delivery) -> str:
        """Return why the person gets nothing, as things stand now; empty if they do."""
        if delivery.person.left_on is not None:
            return Reason.LEFT
        if delivery.person.is_do_not_contact:
            return Reason.DO_NOT_CONTACT
        return "" if self.language_of(delivery) else Reason.NO_TEXT

    def language_of(self, delivery: Delivery) -> str | None:
        """Return the language in which the person reads this message now."""
        return reading_language(delivery.person.language, self.approval.content["languages"])

    def letter(self, delivery: Delivery, now: datetime) -> Letter:
        """Return the mail, and note on the row the language and address that it uses."""
        delivery.language = self.language_of(delivery) or ""
        delivery.address = delivery.person.email
        filled = self.text(delivery.language).fill(self.values(delivery))
        return Letter(
            message_id=delivery.message_id,
            date=now,
            sender_name=self.approval.content["sender"],
            sender_address=SENDER_ADDRESS,
            recipient_name=str(delivery.person),
            recipient_address=delivery.address,
            language=language_tag(delivery.language),
            subject=filled.subject,
            text=filled.text,
            html=filled.html,
            headers={"X-OneLift-Dispatch": dispatch_header(delivery)},
            images={"logo": self.logo} if self.logo else {},
        )

    def text(self, language: str) -> Prepared:
        """Return the frozen text of a language, rendered once for the batch."""
        if language not in self.prepared:
            message, texts = self.approval.message, self.approval.content["languages"][language]
            self.prepared[language] = prepare(
                message.programme,
                language,
                texts["subject"],
                texts["body"],
                source_of(message).placeholders,
            )
        return self.prepared[language]

    def values(self, delivery: Delivery) -> dict[str, str]:
        """Return what the placeholders hold for one person."""
        person, programme = delivery.person, self.approval.message.programme
        site = person.site if person.site_id in self.go_lives else delivery.site
        values = values_for(person, site, self.go_lives.get(site.pk), programme, delivery.language)
        return values | self.context[delivery.pk]


def read_batch(claim: Claim, now: datetime) -> Batch | None:
    """Read a claimed batch and store its Message-IDs; None if its approval no longer stands."""
    rows = Delivery.objects.filter(fence=claim.fence, state=State.CLAIMED)
    deliveries = list(rows.select_related("person__site", "site", "dispatch").order_by("pk"))
    approvals = Approval.objects.standing().select_related("message__programme")
    approval = approvals.filter(message__dispatches__deliveries__in=deliveries[:1]).first()
    if approval is None:
        return None
    number_mails(rows, deliveries, approval)
    programme = approval.message.programme
    places = WaveSite.objects.dated().filter(wave__programme=programme)
    return Batch(
        approval=approval,
        deliveries=deliveries,
        context=source_of(approval.message).context(deliveries, now),
        go_lives={place.site_id: place.live_on for place in places},
        logo=logo_of(programme),
    )


def logo_of(programme: Programme) -> bytes:
    """Return the programme's logo (PNG); empty if there is none, or its file is gone."""
    try:
        return programme.logo.read() if programme.logo else b""
    except OSError:
        return b""


def number_mails(rows: QuerySet[Delivery], deliveries: list[Delivery], approval: Approval) -> None:
    """Store the Message-ID of each row before its first try, and the version that is sent.

    Rows that the claim has lost meanwhile are left alone.
    """
    for delivery in deliveries:
        delivery.message_id = delivery.message_id or message_id_of(delivery)
        delivery.approval = approval
    rows.bulk_update(deliveries, ["message_id", "approval"])


def message_id_of(delivery: Delivery) -> str:
    """Return the Message-ID of a row: its number behind a tag that nobody can guess."""
    digest = hmac.digest(
        settings.SECRET_KEY.encode(), f"message-id:{delivery.pk}".encode(), hashlib.sha256
    )
    return f"<{digest.hex()[:12]}.{delivery.pk}@{HOST}>"


def dispatch_header(delivery: Delivery) -> str:
    """Return ``<message>.<occurrence>``, by which an outsider can check the ledger."""
    return f"{delivery.dispatch.message_id}.{delivery.dispatch.occurrence}"
