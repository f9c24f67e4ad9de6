"""The frame of the demonstration: places, people, the programme, its waves and services."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from onelift.demo import accounts, catalogue
from onelift.demo.crowds import make_audiences, make_personas
from onelift.demo.impacts import make_impacts
from onelift.demo.register import make_register
from onelift.demo.teams import live_through
from onelift.exchange.services.term import save_term
from programmes.models import Programme, Service, Site, Stream, Term, TextState, Wave
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.move import move_to
from programmes.services.plan import add_wave
from programmes.services.programme import change_brand
from programmes.services.service import save_service, save_stream
from programmes.services.support import save_support
from programmes.services.texts import mark, write_text
from programmes.timing import is_working_day
from stakeholders.accounts.services.programme import start_programme
from stakeholders.importing.services.personnel import import_people
from stakeholders.importing.services.places import import_sites
from stakeholders.models import Audience, User

DATA = Path(__file__).parent / "data"
DAY = timedelta(days=1)
NEAREST_DAYS = 14

# A wave that was moved once, from how much earlier, and why.
MOVED, MOVED_BY = "Wave 4", 14 * DAY
MOVED_WHY = "The new network in Tokyo will be ready two weeks later."

# Sites by wave; days from the start of the demonstration to the go-live.
WAVES: dict[str, tuple[int, tuple[str, ...]]] = {
    "Pilot": (-70, ("Boulogne", "Wrexham", "Cambridge", "Shanghai")),
    "Wave 1": (
        -15,
        (
            *("Signes", "Barcelona", "Milano", "Lisboa", "München"),
            *("Warszawa", "Praha", "București", "Москва"),
        ),
    ),
    "Wave 2": (
        30,
        (
            *("Dreux", "Les Ulis", "Slough", "Oxford", "Dublin"),
            *("Alger", "Tunis", "İstanbul", "Dubai"),
        ),
    ),
    "Wave 3": (
        75,
        ("Basking Ridge", "Mississauga", "São Paulo", "Ciudad de México", "Bogotá"),
    ),
    "Wave 4": (
        120,
        (
            *("Tianjin", "Beijing", "Taipei", "Seoul"),
            *("Tokyo", "Melbourne", "Lord Howe Island"),
        ),
    ),
}

# Streams, what each is for, and the services that it brings.
STREAMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Help for users": (
        "One service desk day and night, and a portal in plain words.",
        ("service_desk", "portal"),
    ),
    "Access and identity": ("One account and one password for everything.", ("one_account",)),
    "Workplace": (
        "The same laptops and meeting rooms at every site.",
        ("standard_laptop", "meeting_rooms"),
    ),
    "Communication and change": (
        "Everyone knows in time what changes for them, from someone they trust.",
        (),
    ),
    "Transition to Run": (
        "What the project built is handed over, with its knowledge, to those who run it.",
        (),
    ),
}

# Support contacts by site; an empty name is the programme.
SUPPORT: dict[str, dict[str, Any]] = {
    "": {
        "phone": "+33 1 99 00 50 50",
        "days": "1234567",
        "opens_at": time(0),
        "closes_at": time(0),
        "mail": "help@onelift.example",
        "link": "https://help.onelift.example/",
    },
    "Dreux": {"phone": "5050", "days": "12345", "opens_at": time(7), "closes_at": time(19)},
    "Alger": {"phone": "5050", "days": "71234", "opens_at": time(7), "closes_at": time(17)},
}


@dataclass(frozen=True)
class Frame:
    """What the story is told with; waves are keyed by name, saved audiences by key."""

    programme: Programme
    waves: dict[str, Wave]
    audiences: dict[str, Audience]
    manager: User
    cio: User


def build(founded_at: datetime, now: datetime) -> Frame:
    """Make everything but the messages, as of a moment in the past.

    Args:
        founded_at: when it was all written down.
        now: the moment that the waves and the work of the streams are set around.

    """
    today = now.date()
    administrator = accounts.make_user(accounts.ADMIN, is_staff=True, is_superuser=True)
    import_sites((DATA / "sites.csv").read_bytes(), now=founded_at, by=administrator)
    import_people((DATA / "people.csv").read_bytes(), "people.csv", now=founded_at)
    manager = accounts.make_user(accounts.MANAGER)
    programme = make_programme(manager, founded_at, today)
    services = make_services(programme, manager, founded_at)
    make_glossary(programme, manager, founded_at)
    make_support(programme, manager, founded_at)
    accounts.give_roles(administrator, programme, founded_at)
    waves = make_waves(programme, manager, founded_at, today)
    personas = make_personas(programme, services, manager, founded_at)
    live_through(programme, now)
    make_register(programme, personas, now)
    make_impacts(programme, personas, services, now)
    return Frame(
        programme=programme,
        waves=waves,
        audiences=make_audiences(
            programme, personas, list(waves.values())[2:], manager, founded_at
        ),
        manager=manager,
        cio=User.objects.get(email=accounts.CIO.email),
    )


def make_programme(manager: User, now: datetime, today: date) -> Programme:
    """Return the programme, with its purpose in each language and its logo."""
    purpose = catalogue.programme_purpose()
    values = {
        "name": "OneLift",
        "starts_on": now.date(),
        "ends_on": today + 580 * DAY,
    }
    sites = list(Site.objects.all())
    programme = start_programme(manager, values, purpose[SOURCE_LANGUAGE], now, sites)
    for language, text in purpose.items():
        write_text(programme, language, {"purpose": text}, manager, now)
        mark(programme, language, TextState.State.APPROVED, manager, now)
    logo = SimpleUploadedFile("onelift.png", catalogue.LOGO.read_bytes(), "image/png")
    colours = (programme.accent, programme.accent_strong, programme.accent_soft)
    return change_brand(programme, *colours, logo=logo, now=now, by=manager)


def make_services(programme: Programme, manager: User, now: datetime) -> dict[str, Service]:
    """Write the streams and what each of them brings, in all languages; return it by key."""
    services = {}
    streams = {
        name: save_stream(Stream(programme=programme), name, purpose, now=now, by=manager)
        for name, (purpose, _keys) in STREAMS.items()
    }
    stream_of = {key: streams[name] for name, (_purpose, keys) in STREAMS.items() for key in keys}
    for text in catalogue.services():
        service = Service(
            programme=programme, stream=stream_of[text.key], offset_days=text.offset_days or None
        )
        services[text.key] = service
        for language in sorted(text.name, key=lambda code: code != SOURCE_LANGUAGE):
            texts = {
                "name": text.name[language],
                "benefit": text.benefit[language],
                "how_to_get": text.how_to_get[language],
            }
            save_service(service, language, texts, manager, now)
            mark(service, language, TextState.State.APPROVED, manager, now)
    return services


def make_glossary(programme: Programme, manager: User, now: datetime) -> None:
    """Write down how the terms of the programme are called."""
    for words, note in catalogue.glossary():
        save_term(Term(programme=programme), words, now, manager, note=note)


def make_support(programme: Programme, manager: User, now: datetime) -> None:
    """Say whom people ask: everywhere, and at the sites that have a number of their own."""
    for name, values in SUPPORT.items():
        site = Site.objects.get(name=name) if name else None
        save_support(programme, site, values, now=now, by=manager)


def make_waves(programme: Programme, manager: User, now: datetime, today: date) -> dict[str, Wave]:
    """Return the waves by name, each on a day on which all its sites work; one was moved."""
    sites = {site.name: site for site in Site.objects.all()}
    waves = {}
    for name, (days, names) in WAVES.items():
        chosen = [sites[site] for site in names]
        go_live_on = nearest_working_day(today + days * DAY, chosen)
        planned_on = go_live_on - MOVED_BY if name == MOVED else go_live_on
        waves[name] = add_wave(programme, name, planned_on, now, chosen, manager)
        if name == MOVED:
            move_to(waves[name], None, go_live_on, manager, now, MOVED_WHY)
    return waves


def nearest_working_day(wanted: date, sites: Iterable[Site]) -> date:
    """Return the day nearest to the wanted one on which people work at all the sites."""
    sites = list(sites)
    near = sorted(range(-NEAREST_DAYS, NEAREST_DAYS + 1), key=abs)
    days = (wanted + n * DAY for n in near)
    return next((day for day in days if all_work(day, sites)), wanted)


def all_work(day: date, sites: Iterable[Site]) -> bool:
    return all(is_working_day(day, site) for site in sites)
