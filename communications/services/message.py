"""Making and changing a core message: its frame here, its texts per language apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time

from django.db import transaction

from communications.models import Message
from programmes.models import BusinessLine, Programme, Site, TextState, Wave
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.texts import mark, write_text
from stakeholders.models import Audience, User


@dataclass(frozen=True)
class MessageData:
    """What a message is made of, apart from its texts.

    Either ``offset_days`` from the go-live or ``fixed_on`` is given; empty parts of the audience
    mean any.
    """

    purpose: str
    sender: str
    key_points: str = ""
    level: str = Message.Level.TACTICAL
    offset_days: int | None = None
    fixed_on: date | None = None
    local_time: time = time(9)
    latest_hours: int | None = None
    is_urgent: bool = False
    waves: Sequence[Wave] = ()
    sites: Sequence[Site] = ()
    business_lines: Sequence[BusinessLine] = ()
    employers: Sequence[str] = field(default_factory=list)


AUDIENCE = ("waves", "sites", "business_lines")
OWN = tuple(f.name for f in fields(MessageData) if f.name not in (*AUDIENCE, "employers"))


@transaction.atomic
def create_message(
    programme: Programme,
    data: MessageData,
    user: User | None,
    now: datetime,
    source: str = "message",
) -> Message:
    """Return a new message, still without a text; ``source`` names who knows its people.

    Raises:
        ValidationError: the schedule names no day or two, or a value is out of its bounds.
    """
    audience = Audience.objects.create(programme=programme, changed_at=now)
    message = Message(programme=programme, audience=audience, source=source, written_by=user)
    return change_message(message, data, now)


@transaction.atomic
def change_message(message: Message, data: MessageData, now: datetime) -> Message:
    """Write the frame of a message anew; what is approved goes on as approved.

    Raises:
        ValidationError: the schedule names no day or two, or a value is out of its bounds.
    """
    for name in OWN:
        setattr(message, name, getattr(data, name))
    message.changed_at = now
    message.full_clean(exclude=["audience", "subject", "subject_en", "body", "body_en"])
    message.save()
    _save_audience(message.audience, data, now)
    return message


def _save_audience(audience: Audience, data: MessageData, now: datetime) -> None:
    for name in AUDIENCE:
        getattr(audience, name).set(getattr(data, name))
    audience.employers = list(data.employers)
    audience.changed_at = now
    audience.save()


@transaction.atomic
def create_with_text(
    programme: Programme, data: MessageData, text: Mapping[str, str], user: User, now: datetime
) -> Message:
    """Return a new message with its English text, a draft.

    Raises:
        ValidationError: the schedule names no day or two, or a value is out of its bounds.
    """
    message = create_message(programme, data, user, now)
    write_text(message, SOURCE_LANGUAGE, text, user, now)
    return message


@transaction.atomic
def change_with_text(
    message: Message,
    data: MessageData,
    text: Mapping[str, str],
    user: User,
    now: datetime,
    text_seen: str | None = None,
) -> Message:
    """Write the frame and the English text anew; what is approved goes on as approved.

    Raises:
        ValidationError: the schedule names no day or two, or a value is out of its bounds.
        TextChangedError: the English text is no longer the one of ``text_seen``.
    """
    change_message(message, data, now)
    write_text(message, SOURCE_LANGUAGE, text, user, now, text_seen=text_seen)
    return message


@transaction.atomic
def write_ready(
    message: Message,
    language: str,
    subject: str,
    body: str,
    user: User | None,
    now: datetime,
    **seen: str | None,
) -> None:
    """Write a text in one language and call it ready for review.

    ``seen`` may hold ``text_seen`` and ``source_seen``, see ``programmes.services.texts``.

    Raises:
        TextChangedError: the text is no longer the one that was seen.
    """
    write_text(message, language, {"subject": subject, "body": body}, user, now, **seen)  # type: ignore[arg-type]
    mark(message, language, TextState.State.REVIEW, user, now)
