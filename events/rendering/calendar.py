"""Calendar files (RFC 5545), as mails carry them (RFC 5546).

Who is invited gets the event published, without blocking the time; who is registered gets it as
an attendee who has accepted, so that a calendar asks nothing back. Each later file has the same
UID and a higher SEQUENCE.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as Entry

from communications.mailroom.channels.parts import Attachment

PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"
PRODUCT = "-//OneLift//Events//EN"


@dataclass(frozen=True)
class CalendarFacts:
    """What a calendar shows. Instants are UTC; ``zone`` is that of the site.

    ``changed_at`` is when the event changed last: the same event gives the same bytes.
    ``attendee`` is a name and an address; None for a file that goes to many, or that its reader
    publishes to their own calendar (which names no attendee). ``is_mine`` blocks the time.
    """

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    what: str
    place: str
    link: str
    organizer: tuple[str, str]
    attendee: tuple[str, str] | None = None
    is_mine: bool = False
    is_off: bool = False


def calendar_file(facts: CalendarFacts, method: str) -> bytes:
    """Return the file; ``method`` is PUBLISH, REQUEST or CANCEL."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_entry(facts, method))
    calendar.add_missing_timezones()
    made: bytes = calendar.to_ical()
    return made


def attached(facts: CalendarFacts, method: str) -> Attachment:
    """Return the file as a mail carries it."""
    media_type = f"text/calendar; charset=utf-8; method={method}"
    return Attachment("event.ics", media_type, calendar_file(facts, method))


def _entry(facts: CalendarFacts, method: str) -> Entry:
    entry, zone = Entry(), ZoneInfo(facts.zone)
    entry.add("uid", facts.uid)
    entry.add("sequence", facts.sequence)
    entry.add("dtstamp", facts.changed_at)
    entry.add("dtstart", facts.starts_at.astimezone(zone))
    entry.add("dtend", facts.ends_at.astimezone(zone))
    entry.add("summary", facts.title)
    entry.add("description", facts.what)
    entry.add("location", facts.place)
    if facts.link:
        entry.add("url", facts.link)
    entry.add("status", "CANCELLED" if method == CANCEL or facts.is_off else "CONFIRMED")
    entry.add("transp", "OPAQUE" if facts.is_mine else "TRANSPARENT")
    entry.add("organizer", _address(*facts.organizer))
    if facts.attendee:
        entry.add("attendee", _attendee(*facts.attendee), encode=False)
    return entry


def _address(name: str, mail: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{mail}")
    address.params["cn"] = vText(name)
    return address


def _attendee(name: str, mail: str) -> vCalAddress:
    address = _address(name, mail)
    address.params["partstat"] = vText("ACCEPTED")
    address.params["rsvp"] = vText("FALSE")
    return address
