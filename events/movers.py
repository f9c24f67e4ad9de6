"""What of this floor moves with a go-live: events at its sites, where somebody chooses that."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Message
from events.models import Event
from events.models.event import OVERTAKEN_HOURS
from events.queries.shift import EventShift, events_of, instants_of, moved_schedule, rooms_taken
from events.services.event import hours_until, is_overtaken_by
from events.services.shift import put_back, shift_event, told_since
from programmes.design.formats import day
from programmes.models import Move
from programmes.queries.shift import Choice, Clash, Mover, Row, Shift, Wishes, register
from programmes.scope import EVERYTHING, Scope
from programmes.timing import Schedule, day_at, is_year_end, rest_on

ALL = frozenset({"event.all"})
KEEP = "keep"
# Conflicts of a day: it may be better to keep the old one.
CHOOSABLE = frozenset({"holiday", "weekend", "blackout", "year_end", "room"})


class Events(Mover):
    """They have days of their own, and move by as many as the go-live."""

    key = "events"

    def rows(self, shift: Shift, wishes: Wishes, scope: Scope, now: datetime) -> Sequence[Row]:
        """Return a row for each event and for its emails that are still to come."""
        found = events_of(shift, scope, now.date())
        taken = rooms_taken(found, shift, scope) if found else {}
        rows: list[Row] = []
        for one in found:
            moving = _moving(one, shift, taken.get(one.event.pk))
            if stays := _stays(one, wishes):
                choice = None if one.is_shared else _choice(moving, wishes)
                rows.append(_row(one.event, *stays, choice=choice))
                continue
            rows.append(replace(moving, choice=_choice(moving, wishes)))
            rows += _mails(one, shift, now)
        return rows

    def leaving(self, shift: Shift, scope: Scope, now: datetime) -> Sequence[Row]:
        """Return the coming events at sites that leave: they have days of their own and stay."""
        found = events_of(shift, scope, now.date())
        return [_row(one.event, _left(one), _("Event")) for one in found]

    def apply(self, shift: Shift, wishes: Wishes, user: Any, now: datetime) -> Any:
        """Move what the preview shows."""
        everything = replace(EVERYTHING, programme=shift.wave.programme_id, actions=ALL)
        found = events_of(shift, everything, now.date())
        return [
            shift_event(
                one.event, _then(one.event, shift), is_bound=one.is_bound, user=user, now=now
            )
            for one in found
            if not _stays(one, wishes)
        ] or None

    def undo(self, kept: Any, move: Move, user: Any, now: datetime) -> None:
        """Put them back, with their emails."""
        for one in kept:
            put_back(one, now)

    def went_out(self, move: Move) -> int:
        """Count the emails that told attendees of the new day."""
        moved = [one["pk"] for one in move.kept.get(self.key, ())]
        return told_since(moved, move.moved_at) if moved else 0


def _then(event: Event, shift: Shift) -> Any:
    return event.held_on + timedelta(days=shift.days)


def _stays(one: EventShift, wishes: Wishes) -> tuple[str, str] | None:
    """Return why an event does not move, and the same in a word."""
    on = {"day": day(one.event.held_on)}
    if one.is_shared:
        return _("%(day)s. People from other sites are invited too") % on, _("Shared")
    if wishes.choices.get(_key(one.event)) == KEEP:
        return _("%(day)s. You chose to keep its date") % on, _("Kept")
    if not wishes.events:
        return _("%(day)s. Choose “Move events too” to move it") % on, _("Event")
    return None


def _left(one: EventShift) -> str:
    """Return what becomes of an event whose site leaves its wave."""
    seats = ngettext(
        "Keeps its date. %(n)d attendee keeps their seat.",
        "Keeps its date. %(n)d attendees keep their seats.",
        one.going,
    )
    said = (
        seats % {"n": one.going} if one.going else _("Keeps its date. No one has registered yet.")
    )
    if one.is_shared:
        rest = _("People here are no longer invited or reminded; people at other sites still are.")
    else:
        rest = _(
            "No one is invited or reminded any more. Cancel the event if it will not take place."
        )
    return f"{said} {rest}"


def _key(event: Event) -> str:
    return f"event-{event.pk}"


def _choice(moving: Row, wishes: Wishes) -> Choice | None:
    """Return the choice about an event whose new day is in the way of something."""
    is_asked = wishes.events and any(clash.kind in CHOOSABLE for clash in moving.clashes)
    if not is_asked or moving.before_on is None or moving.then_on is None:
        return None
    options = (
        ("move", _("Move to %(day)s") % {"day": day(moving.then_on)}),
        (KEEP, _("Keep %(day)s") % {"day": day(moving.before_on)}),
    )
    is_kept = wishes.choices.get(moving.key) == KEEP
    return Choice(moving.key, options, KEEP if is_kept else "move")


def _row(event: Event, stays: str, tag: str, choice: Choice | None = None) -> Row:
    on = event.held_on
    return Row("event", _key(event), str(event), on, on, stays, tag, pk=event.slug, choice=choice)


def _moving(one: EventShift, shift: Shift, taken: Event | None) -> Row:
    event, then = one.event, _then(one.event, shift)
    return Row(
        "event",
        _key(event),
        str(event),
        event.held_on,
        then,
        clashes=tuple(_clashes(one, then, shift, taken)),
        pk=event.slug,
    )


def _clashes(one: EventShift, then: Any, shift: Shift, taken: Event | None) -> list[Clash]:
    event, name = one.event, {"title": str(one.event)}
    place = next(place for place in shift.places if place.site_id == event.site_id)
    found = []
    if reason := rest_on(then, event.site, place.blackouts):
        words = {
            "holiday": _("“%(title)s” falls on a public holiday"),
            "weekend": _("“%(title)s” falls on a weekend"),
            "blackout": _("“%(title)s” falls in a blackout"),
        }
        found.append(Clash(str(reason), words[reason] % name, event.site.name))
    if is_year_end(then):
        words_of = _("“%(title)s” falls between Christmas and New Year")
        found.append(Clash("year_end", words_of % name, day(then)))
    if taken:
        words_of = _("“%(title)s” needs a room that is already booked: %(room)s")
        found.append(Clash("room", words_of % {**name, "room": event.room}, str(taken)))
    if one.going:
        words_of = ngettext(
            "%(n)d attendee of “%(title)s” is notified of the new date at once",
            "%(n)d attendees of “%(title)s” are notified of the new date at once",
            one.going,
        )
        found.append(Clash("seats", words_of % {**name, "n": one.going}, event.site.name))
    if one.is_bound:
        words_of = _("The invitation to “%(title)s” keeps its approved date")
        found.append(Clash("bound", words_of % name, day(event.invitation.fixed_on or then)))
    return found


def _mails(one: EventShift, shift: Shift, now: datetime) -> list[Row]:
    """Return its invitation, unless that keeps its day, and its reminder."""
    event, rows = one.event, list[Row]()
    if not one.is_bound:
        title = _("Invitation: %(event)s") % {"event": event}
        then = moved_schedule(event.invitation, shift)
        rows.append(_mail(event, event.invitation, title, shift, then))
    if event.reminder:
        title = _("Reminder: %(event)s") % {"event": event}
        then = _reminder_then(event, event.reminder, shift, now)
        rows.append(_mail(event, event.reminder, title, shift, then))
    return rows


def _reminder_then(event: Event, reminder: Message, shift: Shift, now: datetime) -> Schedule:
    """Return when the reminder is due then, as ``follow_reminder`` lets it follow the event."""
    days, then = event.remind_days or 0, _then(event, shift)
    on, hours = then - timedelta(days=days), hours_until(days, event.from_time)
    if is_overtaken_by(event, then, on, now):
        hours = OVERTAKEN_HOURS
    return replace(Schedule.of(reminder), fixed_on=on, latest_hours=hours)


def _mail(event: Event, message: Message, title: str, shift: Shift, then: Schedule) -> Row:
    # The reminder is for the people of the invitation.
    rule = event.invitation.audience.rule()
    places = [place for place in shift.places if rule.names(place)]
    instants = instants_of(message, places, then)
    was, will = ([pair[n] for pair in instants.values()] for n in (0, 1))
    return Row(
        "message",
        f"message-{message.pk}-moves",
        title,
        _first_day(was, event) or message.fixed_on,
        _first_day(will, event) or then.fixed_on,
        instants=instants,
        pk=message.pk,
    )


def _first_day(instants: Sequence[datetime | None], event: Event) -> date | None:
    """Return the first day of some moments by the clocks of the event, if there is one."""
    return min((day_at(at, event.site) for at in instants if at), default=None)


register(Events())
