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
from communications.messages.services.version import (
    core_of,
    keep_version,
    said_of,
    write_language,
)
from programmes.models import BusinessLine, Programme, Region, Site, TextState, Wave
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.texts import mark, write_text
from stakeholders.audiences.services.audience import Lines, follow, write_lines
from stakeholders.models import Audience, Impact, Persona, User
from stakeholders.register.services.about import AboutData, say_about


@dataclass(frozen=True)
class MessageData:
    """What a message is made of, apart from its texts.

    Either ``offset_days`` from the go-live or ``fixed_on`` is given; empty parts of the audience
    mean any. Without ``about``, what a message is about stays.
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
    waits_for_text: bool = False
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
    about: AboutData | None = None

    def lines(self) -> Lines:
        """Return the part that says whom it is for."""
        return Lines(**{name: getattr(self, name) for name in AUDIENCE})


AUDIENCE = tuple(f.name for f in fields(Lines))
# What a draft may still lack.
WRITTEN_LATER = {"purpose", "subject", "subject_en", "body", "body_en"}
OWN = tuple(f.name for f in fields(MessageData) if f.name not in (*AUDIENCE, "channels", "about"))


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
    return change_message(message, data, now, user)


@transaction.atomic
def change_message(
    message: Message, data: MessageData, now: datetime, user: User | None = None
) -> Message:
    """Rewrite the frame of a message; what is approved goes on as approved.

    ``user`` has chosen its people and its day from now on, and does not decide on them.

    Raises:
        ValidationError: the schedule names no day or two, or a value is out of its bounds.
    """
    stored = Message.objects.select_for_update().filter(pk=message.pk)
    editors = stored.values_list("editors", flat=True).first()
    for name in OWN:
        setattr(message, name, getattr(data, name))
    message.changed_at = now
    message.editors = [] if editors is None else editors
    message.add_editor(user)
    message.full_clean(exclude=["audience", *WRITTEN_LATER])
    # Its texts, and what else is no part of the frame, may have been written since it was read.
    frame = [*OWN, "changed_at", "editors"]
    message.save(update_fields=None if editors is None else frame)
    message.channels.set(data.channels)
    if data.about is not None:
        say_about(message, data.about)
    write_lines(message.audience, data.lines(), now)
    return message


@transaction.atomic
def move_message(message: Message, days: int, user: User, now: datetime) -> Message:
    """Let a draft go out some days later, or earlier if negative.

    Raises:
        ValidationError: a version of it waits or stands, whose day is part of what is approved,
            or the new day is out of bounds.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.approvals.filter(state__in=[Approval.State.WAITING, Approval.State.APPROVED]):
        raise ValidationError(
            _("The send date is part of the approval. Edit the message and ask for approval again.")
        )
    if message.fixed_on is not None:
        message.fixed_on += timedelta(days=days)
    else:
        message.offset_days = (message.offset_days or 0) + days
    message.changed_at = now
    message.add_editor(user)
    message.clean_fields(exclude=WRITTEN_LATER)
    message.save(update_fields=["fixed_on", "offset_days", "changed_at", "editors"])
    return message


@transaction.atomic
def let_follow(
    saved: Audience, messages: Sequence[Message], user: User, now: datetime
) -> list[Message]:
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
        message.add_editor(user)
        message.save(update_fields=["changed_at", "editors"])
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
    write_language(message, SOURCE_LANGUAGE, text, user, now)
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
    kind: str = "",
) -> Message:
    """Rewrite the frame and the English text; what is approved goes on as approved.

    ``kind`` is what the author calls the change of its core, ``wording`` or ``meaning``; empty
    leaves it to the proposal. A version is kept of what has changed.

    Raises:
        ValidationError: the schedule names no day or two, or a value is out of its bounds.
        TextChangedError: the English text is no longer the one of ``text_seen``.
    """
    before = core_of(message)
    core = {"purpose": data.purpose, "key_points": data.key_points, **text}
    said = said_of(message, before, core, kind)
    change_message(message, data, now, user)
    seen = {"text_seen": text_seen, "is_wording": said.is_wording}
    write_text(message, SOURCE_LANGUAGE, text, user, now, **seen)  # type: ignore[arg-type]
    keep_version(message, before, said, user, now)
    return message


@transaction.atomic
def write_ready(
    message: Message,
    language: str,
    subject: str,
    body: str,
    user: User | None,
    now: datetime,
    **seen: Any,
) -> None:
    """Write a text in one language and call it ready for review; of the English, keep a version.

    ``seen`` may hold ``text_seen`` and ``source_seen``, see ``programmes.services.texts``.

    Raises:
        TextChangedError: the text is no longer the one that was seen.
    """
    write_language(message, language, {"subject": subject, "body": body}, user, now, **seen)
    mark(message, language, TextState.State.REVIEW, user, now)
