"""Making and changing a core message: its frame here, its texts per language apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communications.messages.models import Approval, Channel, Message
from communications.messages.services.answer import answer_impact
from programmes.models import BusinessLine, Programme, Region, Site, TextState, Wave
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.texts import mark, write_text
from stakeholders.audiences.services.audience import Lines, follow, write_lines
from stakeholders.models import Audience, Impact, Persona, User


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
    is_optional: bool = False
    waves: Sequence[Wave] = ()
    sites: Sequence[Site] = ()
    regions: Sequence[Region] = ()
    business_lines: Sequence[BusinessLine] = ()
    personas: Sequence[Persona] = ()
    employers: Sequence[str] = field(default_factory=list)
    languages: Sequence[str] = field(default_factory=list)
    without: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    follows: Audience | None = None
    channels: Sequence[Channel] = ()

    def lines(self) -> Lines:
        """Return the part that says whom it is for."""
        return Lines(**{name: getattr(self, name) for name in AUDIENCE})


AUDIENCE = tuple(f.name for f in fields(Lines))
OWN = tuple(f.name for f in fields(MessageData) if f.name not in (*AUDIENCE, "channels"))


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
    message.channels.set(data.channels)
    write_lines(message.audience, data.lines(), now)
    return message


@transaction.atomic
def move_message(message: Message, weeks: int, now: datetime) -> Message:
    """Let a draft go out some weeks later, or earlier if negative.

    Raises:
        ValidationError: a version of it waits or stands, whose day is part of what is approved,
            or the new day is out of bounds.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.approvals.filter(state__in=[Approval.State.WAITING, Approval.State.APPROVED]):
        raise ValidationError(
            _("Its day is part of what is approved. Edit the message, and ask for approval again.")
        )
    if message.fixed_on is not None:
        message.fixed_on += timedelta(weeks=weeks)
    else:
        message.offset_days = (message.offset_days or 0) + 7 * weeks
    message.changed_at = now
    message.clean_fields(exclude={"subject", "subject_en", "body", "body_en"})
    message.save(update_fields=["fixed_on", "offset_days", "changed_at"])
    return message


@transaction.atomic
def let_follow(saved: Audience, messages: Sequence[Message], now: datetime) -> list[Message]:
    """Give messages made from a saved audience its lines of today; return those that changed.

    Each that changes is a draft then: what is approved goes on as approved until somebody
    decides on the draft. Messages are locked before their audiences, as by ``change_message``.
    """
    named = Message.objects.filter(pk__in=[one.pk for one in messages]).order_by("pk")
    stored = list(named.select_for_update(no_key=True))
    own = [one for one in stored if one.audience.follows_id == saved.pk]
    behind = [one for one in own if follow(one.audience, saved, now)]
    for message in behind:
        message.changed_at = now
        message.save(update_fields=["changed_at"])
    return behind


@transaction.atomic
def create_with_text(
    programme: Programme,
    data: MessageData,
    text: Mapping[str, str],
    user: User,
    now: datetime,
    answered: Impact | None = None,
) -> Message:
    """Return a new message with its English text, a draft; it answers an impact if one is given.

    Raises:
        ValidationError: the schedule names no day or two, or a value is out of its bounds.
    """
    message = create_message(programme, data, user, now)
    write_text(message, SOURCE_LANGUAGE, text, user, now)
    if answered:
        answer_impact(message, answered)
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
