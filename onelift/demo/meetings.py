"""Events of the demonstration: one where eight hundred came, others past, and some to come."""

import random
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from communications.dispatches.services.link import hash_of
from events.models import CheckIn, Event, Registration
from events.queries.text import FIELDS
from events.queries.ticket import token_of
from events.services.event import EventData, create_event, write_texts
from events.services.registration import register
from onelift.demo.catalogue import TEXTS
from onelift.demo.frame import Frame
from programmes.models import Site, Stream
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.timing import next_working_day
from stakeholders.audiences.services.audience import Lines
from stakeholders.models import Person, Role, User

DAY = timedelta(days=1)
INVITED_DAYS = 14
CAME = 0.86


@dataclass(frozen=True)
class Meeting:
    """An event of the story; ``days`` from today, ``going`` how many register."""

    key: str
    kind: str
    site: str
    room: str
    days: int
    capacity: int
    going: int
    hours: tuple[time, time] = (time(10), time(16))
    stream: str = ""


MEETINGS = (
    Meeting("day", "site", "Boulogne", "Building C, ground floor", -63, 800, 800),
    Meeting("meetup", "meetup", "Shanghai", "Canteen", -28, 60, 41, (time(12), time(13))),
    Meeting("training", "training", "Barcelona", "Room 2", -8, 20, 20, stream="Help for users"),
    Meeting("day", "site", "Dreux", "Canteen, gate 2", 24, 120, 64),
    Meeting(
        "training", "training", "Slough", "Room 12", 12, 12, 17, (time(14), time(15)), "Workplace"
    ),
    Meeting("meetup", "meetup", "Boulogne", "IT corner", 6, 40, 22, (time(12), time(13))),
)


def make_meetings(frame: Frame, now: datetime, founded_at: datetime) -> list[Event]:
    """Return the events, as they were made early on; Hugo hosts them."""
    hosts = list(User.objects.filter(roles__kind=Role.Kind.EVENT_HOST))
    return [make_meeting(frame, one, now, founded_at, hosts) for one in MEETINGS]


def make_meeting(
    frame: Frame, meeting: Meeting, now: datetime, at: datetime, hosts: list[User]
) -> Event:
    """Return one event with its texts in each language that it has."""
    texts, site = _texts()[meeting.key], Site.objects.get(name=meeting.site)
    held_on = working_day(now, meeting.days, site)
    source: dict[str, Any] = texts[SOURCE_LANGUAGE]
    data = EventData(
        kind=meeting.kind,
        site=site,
        room=meeting.room,
        held_on=held_on,
        from_time=meeting.hours[0],
        until_time=meeting.hours[1],
        capacity=meeting.capacity,
        text=_at(source, site),
        lines=Lines(sites=[site]),
        invite_on=held_on - INVITED_DAYS * DAY,
        remind_days=2,
        stream=Stream.objects.filter(name=meeting.stream).first(),
        hosts=hosts,
    )
    event = create_event(frame.programme, data, frame.manager, at)
    for language, text in texts.items():
        write_texts(event, language, _at(text, site), frame.manager, at)
    return event


def working_day(now: datetime, days: int, site: Site) -> date:
    """Return the first working day at a site from so many days on."""
    return next_working_day((now + (days - 1) * DAY).date(), site)


def fill(event: Event, now: datetime, *, is_past: bool) -> None:
    """Let people register; of what is past, in one go: those mails left long ago."""
    meeting = next(
        one
        for one in MEETINGS
        if (one.site, one.kind, one.days < 0) == (event.site.name, event.kind, is_past)
    )
    chance = random.Random(event.slug)  # noqa: S311  a demonstration, no secret
    people = list(Person.objects.active().filter(site=event.site).order_by("pk"))
    going = chance.sample(people, min(meeting.going, len(people)))
    if is_past:
        Registration.objects.bulk_create(
            [_seat(event, person, now) for person in going], batch_size=500
        )
        return
    for n, person in enumerate(going):
        register(event, person, person.language, now - (len(going) - n) * timedelta(minutes=7))


def _seat(event: Event, person: Person, now: datetime) -> Registration:
    seat = Registration(
        event=event, person=person, state="going", asked_at=now, language=person.language
    )
    seat.ticket_hash = hash_of(token_of(seat))
    return seat


def come(event: Event) -> None:
    """Let most of those who have a seat come, in the first half of the event."""
    chance = random.Random(event.slug)  # noqa: S311  a demonstration, no secret
    host, half = event.hosts.first(), (event.ends_at - event.starts_at) / 2
    rows = [
        CheckIn(registration=one, at=event.starts_at + half * chance.random(), by=host)
        for one in event.registrations.all()
        if chance.random() < CAME
    ]
    CheckIn.objects.bulk_create(rows, batch_size=500)


def _at(text: dict[str, str], site: Site) -> dict[str, str]:
    return {name: text.get(name, "").replace("{site}", site.name) for name in FIELDS}


def _texts() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((TEXTS / "events.toml").read_text(encoding="utf-8"))
