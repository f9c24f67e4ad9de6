"""Making, changing and cancelling an event, with its invitation and its reminder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from communications.approvals.services.approval import follow_day
from communications.dispatches.services.dispatch import cancel
from communications.messages.services.message import (
    MessageData,
    change_message,
    create_message,
    write_ready,
)
from communications.models import Message
from events.models import Event, EventMail
from events.models.event import OVERTAKEN_HOURS
from events.rendering.words import invitation_texts, reminder_texts
from events.services.registration import free_seats, locked, promote
from events.services.telling import tell_everybody
from programmes.models import Programme, Site, Stream, TextState
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.texts import mark, write_text
from programmes.timing import Schedule, day_at, due_at
from stakeholders.audiences.services.audience import Lines, lines_of
from stakeholders.models import User
from stakeholders.register.services.about import AboutData, say_about

MAIL_HOUR = time(9)
MOST_HOURS = 24 * 60
LONGEST_SLUG = 70
# What an event holds of its data, and which of it people must be told of.
OWN = (
    *("kind", "stream", "site", "room", "directions", "held_on", "from_time", "until_time"),
    *("capacity", "remind_days"),
)
MOVING = ("site_id", "room", "held_on", "from_time", "until_time")
LATER = ["invitation", "reminder", "slug", "title_en", "what_en", "title", "what"]


@dataclass(frozen=True)
class EventData:
    """What an event is made of; ``text`` is the English by field.

    ``lines`` say whom the mail of ``invite_on`` invites.
    """

    kind: str
    site: Site
    room: str
    held_on: date
    from_time: time
    until_time: time
    capacity: int
    text: Mapping[str, str]
    lines: Lines
    invite_on: date
    remind_days: int | None = None
    directions: str = ""
    stream: Stream | None = None
    hosts: Sequence[User] = field(default_factory=list)
    about: AboutData | None = None


@transaction.atomic
def create_event(programme: Programme, data: EventData, user: User | None, now: datetime) -> Event:
    """Return a new event; its invitation and reminder still wait to be approved.

    Raises:
        ValidationError: a value is out of its bounds.
    """
    event = Event(programme=programme, slug=new_slug(data), changed_at=now)
    _fill(event, data)
    event.full_clean(exclude=LATER)
    frame = invitation_frame(programme, data)
    event.invitation = create_message(programme, frame, user, now, source="event")
    _write_standard(event.invitation, invitation_texts, user, now)
    event.save()
    follow_reminder(event, user, now)
    return _finish(event, data, user, now)


@transaction.atomic
def change_event(
    event: Event, data: EventData, user: User | None, now: datetime, text_seen: str | None = None
) -> Event:
    """Write an event anew; who has a seat is told once if it moves.

    Raises:
        ValidationError: a value is out of its bounds, there are more people than seats, or it is
            cancelled.
        TextChangedError: the English is no longer that of the fingerprint ``text_seen``.
    """
    event = locked(event)
    if event.cancelled_at:
        raise ValidationError(_("The event is cancelled. Create a new one."))
    before = [getattr(event, name) for name in MOVING]
    _fill(event, data)
    event.full_clean(exclude=LATER)
    if free_seats(event) < 0:
        taken = event.capacity - free_seats(event)
        text = _("%(n)d people have a seat. Enter at least that many.")
        raise ValidationError({"capacity": text % {"n": taken}})
    is_moved = before != [getattr(event, name) for name in MOVING]
    event.sequence, event.changed_at = event.sequence + is_moved, now
    event.save()
    change_message(event.invitation, invitation_frame(event.programme, data), now, user)
    follow_reminder(event, user, now)
    if is_moved:
        tell_everybody(event, EventMail.Kind.MOVED, now)
    promote(event, now)
    return _finish(event, data, user, now, text_seen)


@transaction.atomic
def cancel_event(event: Event, user: User, now: datetime) -> Event:
    """Call an event off for good: nobody is invited or reminded any more, and all are told once."""
    event = locked(event)
    if event.cancelled_at is not None:
        return event
    event.cancelled_at = event.changed_at = now
    event.sequence += 1
    event.save(update_fields=["cancelled_at", "changed_at", "sequence"])
    for message in filter(None, (event.invitation, event.reminder)):
        for dispatch in message.dispatches.all():
            cancel(dispatch, user, now)
    tell_everybody(event, EventMail.Kind.OFF, now)
    return event


@transaction.atomic
def write_texts(
    event: Event,
    language: str,
    text: Mapping[str, str],
    user: User | None,
    now: datetime,
    text_seen: str | None = None,
) -> None:
    """Write what the event says in one language, ready to be approved with the invitation.

    Raises:
        TextChangedError: the text is no longer that of the fingerprint ``text_seen``.
    """
    write_text(event, language, text, user, now, text_seen=text_seen)
    if any(text.values()):
        mark(event, language, TextState.State.REVIEW, user, now)


def new_slug(data: EventData) -> str:
    """Return an address that no other event has, made of the title and of a site that it lacks."""
    title, site = slugify(data.text["title"]), slugify(str(data.site))
    named = title if site in title else f"{title}-{site}"
    first = named[:LONGEST_SLUG].strip("-") or "event"
    taken = set(Event.objects.filter(slug__startswith=first).values_list("slug", flat=True))
    others = (f"{first}-{n}" for n in range(2, len(taken) + 3))
    return next(slug for slug in (first, *others) if slug not in taken)


def invitation_frame(programme: Programme, data: EventData) -> MessageData:
    """Return whom the invitation is for and when it goes out: until the event begins."""
    days = (data.held_on - data.invite_on).days
    if days < 0:
        raise ValidationError({"invite_on": _("Choose an invitation date before the event.")})
    return MessageData(
        purpose=data.text["title"],
        sender=programme.name,
        fixed_on=data.invite_on,
        local_time=MAIL_HOUR,
        latest_hours=hours_until(days, data.from_time),
        **vars(data.lines),
    )


def hours_until(days: int, begins: time) -> int:
    """Return for how many hours a mail of so many days before an event is of use.

    What is due on a weekend leaves on the day after it, if that is before the event begins.
    """
    hours = 24 * days + begins.hour - MAIL_HOUR.hour
    return min(MOST_HOURS, max(1, hours))


def follow_reminder(event: Event, user: User | None, now: datetime) -> None:
    """Let the reminder have its day before the event; without days it is called off."""
    if event.remind_days is None:
        event.reminder = None
        event.save(update_fields=["reminder"])
        return
    frame = _reminder_frame(event, event.remind_days)
    if event.reminder:
        if _is_overtaken(event, event.reminder, frame, now):
            frame = replace(frame, latest_hours=OVERTAKEN_HOURS)
        change_message(event.reminder, frame, now, user)
        follow_day(event.reminder)
        return
    event.reminder = create_message(event.programme, frame, user, now, source="event_reminder")
    _write_standard(event.reminder, reminder_texts, user, now)
    event.save(update_fields=["reminder"])


def _reminder_frame(event: Event, days: int) -> MessageData:
    """Return when those are reminded of the invited who have a seat: elsewhere nobody has one."""
    return MessageData(
        purpose=event.invitation.purpose,
        sender=event.programme.name,
        level=Message.Level.OPERATIONAL,
        fixed_on=event.held_on - timedelta(days=days),
        local_time=MAIL_HOUR,
        latest_hours=hours_until(days, event.from_time),
        **vars(lines_of(event.invitation.audience)),
    )


def _is_overtaken(event: Event, reminder: Message, frame: MessageData, now: datetime) -> bool:
    """Tell whether the day of a reminder has passed by a move: those with a seat are told of that.

    It stays so until its day changes again. One that merely waits for its working day is not.
    """
    if frame.fixed_on == reminder.fixed_on:
        return event.is_reminder_overtaken
    return frame.fixed_on is not None and is_overtaken_by(event, event.held_on, frame.fixed_on, now)


def is_overtaken_by(event: Event, held_on: date, fixed_on: date, now: datetime) -> bool:
    """Tell whether a reminder of a day would come too late if the event moved now."""
    schedule = Schedule(fixed_on=fixed_on, local_time=MAIL_HOUR)
    due = due_at(schedule, held_on, event.site)
    return due is not None and day_at(due.at, event.site) < day_at(now, event.site)


def _write_standard(
    message: Message,
    texts: Callable[[str], tuple[str, str]],
    user: User | None,
    now: datetime,
) -> None:
    for language in message.programme.languages:
        write_ready(message, language, *texts(language), user, now)


def _fill(event: Event, data: EventData) -> None:
    for name in OWN:
        setattr(event, name, getattr(data, name))


def _finish(
    event: Event, data: EventData, user: User | None, now: datetime, text_seen: str | None = None
) -> Event:
    """Write what stands in other tables: the hosts and the English text."""
    event.hosts.set(data.hosts)
    if data.about is not None:
        say_about(event, data.about)
    write_texts(event, SOURCE_LANGUAGE, data.text, user, now, text_seen)
    return event
