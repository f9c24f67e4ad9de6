"""A dispatch to people who do not exist, as large as one likes: to see what a machine can do."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import cycle, islice

from django.conf import settings
from django.db import transaction

from communications.approvals.services import approval as approvals
from communications.dispatches.services.planning import plan_due
from communications.dispatches.services.waking import wake_senders
from communications.mailroom.channels.mail import Letter, build
from communications.messages.rendering import prepare, values_for
from communications.messages.services.message import MessageData, create_message, write_ready
from communications.models import Dispatch, Message
from onelift.demo import catalogue
from programmes.models import Programme, Region, Site
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.plan import add_wave
from stakeholders.models import Person, Role, User
from stakeholders.people.models.names import folded_name

MAIL_BYTES = 20_000
CHUNK = 2000
LANGUAGES = [code for code, _name in settings.LANGUAGES]
FIRST_NAMES = ("Ana", "Zoé", "Łukasz", "Anna-Lena", "Ольга", "明", "Yuki", "Omar")
LAST_NAMES = ("Lefèvre", "Smith", "Nowak", "O’Brien", "Иванова", "王", "Tanaka", "Haddad")


def rehearse(people: int, languages: int, now: datetime) -> Dispatch:
    """Make people, a message in so many languages and its approval an hour ago, and plan it.

    It is urgent, so that neither hour nor weekday holds it back. What sends it are the workers
    that run, as they send everything else.
    """
    chosen, earlier = LANGUAGES[:languages], now - timedelta(hours=1)
    with transaction.atomic():
        writer, decider = make_deciders(now)
        programme = make_programme(writer, decider, earlier)
        make_people(make_sites(programme, chosen, earlier), people, programme.pk)
        message = write_message(programme, chosen, writer, earlier)
        asked = approvals.ask(message, writer, earlier)
        approvals.approve(asked, decider, asked.fingerprint, earlier)
    plan_due(now)
    wake_senders()
    return Dispatch.objects.get(message=message)


def make_deciders(now: datetime) -> tuple[User, User]:
    """Return who writes and who approves: two accounts that nobody can sign in to."""
    stamp = f"{now:%Y%m%d%H%M%S%f}"
    writer, decider = (
        User.objects.create_user(
            f"{name}.{stamp}@rehearsal.example",
            first_name=name.title(),
            last_name="Rehearsal",
            approval_notice=User.Notice.NEVER,
        )
        for name in ("writer", "decider")
    )
    return writer, decider


def make_programme(writer: User, decider: User, now: datetime) -> Programme:
    """Return a programme of its own, led by the two."""
    programme = Programme.objects.create(
        name="Rehearsal",
        slug=f"rehearsal-{now:%Y%m%d%H%M%S%f}",
        starts_on=now.date(),
        ends_on=now.date() + timedelta(days=365),
        languages=LANGUAGES,
    )
    Role.objects.create(user=writer, programme=programme, kind=Role.Kind.PROGRAMME_MANAGER)
    Role.objects.create(user=decider, programme=programme, kind=Role.Kind.CIO)
    return programme


def make_sites(programme: Programme, languages: list[str], now: datetime) -> list[Site]:
    """Return a site for each language, all in one wave that goes live today."""
    mark = programme.slug
    region = Region.objects.create(name=f"Rehearsal {programme.pk}", slug=mark)
    sites = [
        Site.objects.create(
            name=f"Rehearsal {programme.pk} {language}",
            region=region,
            country="FR",
            time_zone="Europe/Paris",
            language=language,
            changed_at=now,
        )
        for language in languages
    ]
    programme.sites.add(*sites)
    add_wave(programme, "Rehearsal", now.date(), now, sites)
    return sites


def make_people(sites: list[Site], number: int, mark: int) -> None:
    """Add people, dealt out over the sites, whose language they read."""
    everybody = people_of(sites, number, mark)
    while chunk := list(islice(everybody, CHUNK)):
        Person.objects.bulk_create(chunk)


def people_of(sites: list[Site], number: int, mark: int) -> Iterator[Person]:
    """Yield people who are not saved yet."""
    for n, site in zip(range(number), cycle(sites), strict=False):
        first, last = FIRST_NAMES[n % 7], LAST_NAMES[n % 8]
        yield Person(
            personnel_number=f"REHEARSAL-{mark}-{n}",
            first_name=first,
            last_name=last,
            folded_name=folded_name(last, first),
            email=f"p{n}@rehearsal-{mark}.example",
            language=site.language,
            site=site,
        )


def write_message(
    programme: Programme, languages: list[str], writer: User, now: datetime
) -> Message:
    """Return a message whose mails have about ``MAIL_BYTES`` in each language."""
    data = MessageData(
        purpose="See what this machine can send",
        sender="Rehearsal",
        level=Message.Level.OPERATIONAL,
        fixed_on=now.date() - timedelta(days=1),
        local_time=time(0, 1),
        latest_hours=24 * 10,
        is_urgent=True,
    )
    message = create_message(programme, data, writer, now)
    for language in dict.fromkeys([SOURCE_LANGUAGE, *languages]):
        subject, body = text_of(programme, language)
        write_ready(message, language, subject, body, writer, now)
    return message


def text_of(programme: Programme, language: str) -> tuple[str, str]:
    """Return subject and body: the demonstration's messages, one behind the other."""
    texts = [catalogue.message_text(key).texts for key in catalogue.message_keys()]
    known = [each.get(language) or each[SOURCE_LANGUAGE] for each in texts]
    body = ""
    for text in cycle(known):
        body += f"\n\n{text.body}"
        if mail_size(programme, language, known[0].subject, body) >= MAIL_BYTES:
            return known[0].subject, body.strip()
    raise AssertionError("there is no text")


def mail_size(programme: Programme, language: str, subject: str, body: str) -> int:
    """Return how many bytes a mail has."""
    person, site = Person(first_name="Ana", last_name="Lefèvre"), Site(name="Rehearsal")
    today = programme.starts_on
    filled = prepare(programme, language, subject, body).fill(
        values_for(person, site, today, programme, language)
    )
    letter = Letter(
        message_id="<1@rehearsal.example>",
        date=datetime.now().astimezone(),
        sender_name="Rehearsal",
        sender_address="a@rehearsal.example",
        recipient_name="Ana Lefèvre",
        recipient_address="ana@rehearsal.example",
        language=language,
        subject=filled.subject,
        text=filled.text,
        html=filled.html,
    )
    return len(build(letter))
