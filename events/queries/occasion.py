"""When and where an event is, as its mails and calendar files say it."""

from django.conf import settings

from communications.mailroom.services.identity import SENDER_ADDRESS
from events.models import Event
from events.queries.text import Texts, text_in
from events.rendering.calendar import CalendarFacts
from events.rendering.words import day_words, hour_words


def place_of(event: Event) -> str:
    """Return room and site in a line."""
    return f"{event.room}, {event.site.name}"


def public_link(event: Event) -> str:
    """Return the address of the page that anybody may read."""
    return f"{settings.PUBLIC_URL}/e/{event.slug}/"


def values_of(event: Event, texts: Texts, language: str) -> dict[str, str]:
    """Return what stands for the placeholders that are the same for everybody."""
    zone = event.site.time_zone
    return {
        "event_title": text_in(texts, language)[1]["title"],
        "event_day": day_words(event.starts_at, zone, language),
        "event_hours": hour_words(event.starts_at, event.ends_at, zone, language),
        "event_place": place_of(event),
    }


def facts_of(
    event: Event,
    texts: Texts,
    language: str,
    link: str = "",
    attendee: tuple[str, str] | None = None,
    *,
    is_mine: bool = False,
) -> CalendarFacts:
    """Return what a calendar shows of an event in a language, for one attendee or for many."""
    _code, text = text_in(texts, language)
    return CalendarFacts(
        uid=f"{event.uid}@{SENDER_ADDRESS.rpartition('@')[2]}",
        sequence=event.sequence,
        changed_at=event.changed_at,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.site.time_zone,
        title=text["title"],
        what=text["what"],
        place=place_of(event),
        link=link or public_link(event),
        organizer=(event.programme.name, SENDER_ADDRESS),
        attendee=attendee,
        is_mine=is_mine,
        is_off=event.cancelled_at is not None,
    )
