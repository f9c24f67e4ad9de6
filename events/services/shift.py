"""Letting an event move with the go-live of its site, and putting it back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communications.approvals.services.approval import follow_day
from communications.mailroom.models import State
from communications.models import Message
from events.models import Event, EventMail
from events.services.event import follow_reminder
from events.services.registration import locked
from events.services.telling import tell_everybody

Kept = Mapping[str, Any]


@transaction.atomic
def shift_event(event: Event, days_to: date, *, is_bound: bool, user: Any, now: datetime) -> Kept:
    """Give an event another day; return what ``put_back`` needs.

    Its draft invitation moves by as many days. One that was approved, or waits for that, keeps its
    day: it is a part of what is approved. Who has a seat is told, as of every move of an event.
    """
    event = locked(event)
    by = days_to - event.held_on
    kept = {
        "pk": event.pk,
        "held_on": str(event.held_on),
        "sequence": event.sequence,
        "invitation": _day_of(event.invitation),
        "reminder": _day_of(event.reminder) if event.reminder else None,
        "then": str(days_to),
    }
    event.held_on, event.sequence, event.changed_at = days_to, event.sequence + 1, now
    event.save(update_fields=["held_on", "sequence", "changed_at"])
    if not is_bound and event.invitation.fixed_on:
        hours = event.invitation.latest_hours
        _write_day(event.invitation, event.invitation.fixed_on + by, hours, now)
    if event.reminder:
        follow_reminder(event, user, now)
    tell_everybody(event, EventMail.Kind.MOVED, now)
    return kept


@transaction.atomic
def put_back(kept: Kept, now: datetime) -> None:
    """Give an event the day back that it had before a move.

    Raises:
        ValidationError: it was changed since.

    """
    event = locked(Event.objects.get(pk=kept["pk"]))
    if (str(event.held_on), event.sequence) != (kept["then"], kept["sequence"] + 1):
        text = _("%(event)s has changed since then. Move the date back instead.")
        raise ValidationError(text % {"event": event})
    told = EventMail.objects.filter(registration__event=event, kind=EventMail.Kind.MOVED)
    told.filter(occasion=event.sequence, state=State.PLANNED).delete()
    event.held_on, event.sequence = date.fromisoformat(kept["held_on"]), kept["sequence"]
    event.changed_at = now
    event.save(update_fields=["held_on", "sequence", "changed_at"])
    _write_day(event.invitation, *_kept_day(kept["invitation"]), now)
    if event.reminder and kept["reminder"]:
        _write_day(event.reminder, *_kept_day(kept["reminder"]), now)
        follow_day(event.reminder)


def _day_of(message: Message) -> list[Any]:
    return [str(message.fixed_on) if message.fixed_on else None, message.latest_hours]


def _kept_day(kept: list[Any]) -> tuple[date | None, int | None]:
    written, hours = kept
    return (date.fromisoformat(written) if written else None), hours


def _write_day(message: Message, fixed_on: date | None, hours: int | None, now: datetime) -> None:
    message.fixed_on, message.latest_hours, message.changed_at = fixed_on, hours, now
    message.save(update_fields=["fixed_on", "latest_hours", "changed_at"])


def told_since(event_ids: list[int], since: datetime) -> int:
    """Count the emails about these events that left since an instant."""
    out = (State.SENDING, State.SENT, State.IN_DOUBT)
    mails = EventMail.objects.filter(registration__event__in=event_ids, state__in=out)
    return mails.exclude(ended_at__lt=since).count()
