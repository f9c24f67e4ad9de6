"""Whom the demonstration speaks to: its personas in all languages, and its saved audiences."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from communications.models import Delivery, State
from onelift.demo import catalogue
from onelift.demo.catalogue import PersonaText
from programmes.models import BusinessLine, Programme, Service, TextState, Wave
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.texts import mark
from stakeholders.audiences.services.audience import Lines, freeze, save_audience
from stakeholders.audiences.services.persona import PersonaData, save_persona, write_persona_text
from stakeholders.models import Audience, Person, Persona, User
from stakeholders.people.services.optout import opt_out

# Of those with the jobs of an ambassador, each so many-th volunteers.
EACH = 9
# So many of those who got what may be left out want no more of it.
OPTED_OUT = 3
# What is still to be written, so that a page shows what it says then.
UNWRITTEN = ("office", "ko")


def make_personas(
    programme: Programme, services: Mapping[str, Service], manager: User, now: datetime
) -> dict[str, Persona]:
    """Return the personas by key, written in all languages but one."""
    return {
        text.key: make_persona(programme, text, services, manager, now)
        for text in catalogue.personas()
    }


def make_persona(
    programme: Programme,
    text: PersonaText,
    services: Mapping[str, Service],
    manager: User,
    now: datetime,
) -> Persona:
    """Return one persona with its services and its texts, approved in each language."""
    persona = Persona(programme=programme)
    data = replace(data_of(text), services=[services[key] for key in text.services])
    for language in sorted(text.name, key=lambda code: code != SOURCE_LANGUAGE):
        words = {
            "name": text.name[language],
            "needs": text.needs[language],
            "what_changes": text.what_changes[language],
        }
        if (text.key, language) == UNWRITTEN:
            continue
        if language == SOURCE_LANGUAGE:
            save_persona(persona, data, words, manager, now)
        else:
            write_persona_text(persona, language, words, manager, now)
        mark(persona, language, TextState.State.APPROVED, manager, now)
    return persona


def data_of(text: PersonaText) -> PersonaData:
    if "picked" in text.rule:
        people = volunteers(text.rule["picked"])
        return PersonaData(text.channels, is_hand_picked=True, people=people)
    lines = list(BusinessLine.objects.filter(name__in=text.rule.get("business_lines", ())))
    return PersonaData(text.channels, business_lines=lines, jobs=text.rule.get("jobs", ()))


def volunteers(jobs: Sequence[str]) -> list[Person]:
    """Return some people with certain jobs, from all over the world."""
    found = Person.objects.active().filter(job__in=jobs).order_by("personnel_number")
    return list(found[::EACH])


def make_audiences(
    programme: Programme,
    personas: dict[str, Persona],
    coming: Sequence[Wave],
    manager: User,
    now: datetime,
) -> dict[str, Audience]:
    """Return the saved audiences by key; the people of the kick-off stay as they were then."""
    at_work = [personas["plant_shift"], personas["lab"]]
    audiences = {
        "hands_on": save_audience(
            programme,
            "Plants and laboratories to come",
            Lines(waves=coming, personas=at_work),
            now,
            by=manager,
        ),
        "offices": save_audience(
            programme,
            "Offices, without consultants",
            Lines(personas=[personas["office"]], without={"employer": ["Consultant"]}),
            now,
            by=manager,
        ),
        "kick_off": save_audience(
            programme,
            "Ambassadors at the kick-off",
            Lines(personas=[personas["ambassadors"]]),
            now,
            by=manager,
        ),
    }
    freeze(audiences["kick_off"], now, manager)
    return audiences


def opt_some_out(programme: Programme, now: datetime) -> None:
    """Let some of those who got what nobody needs for their work opt out of such mails."""
    optional = Delivery.objects.filter(dispatch__message__is_optional=True, state=State.SENT)
    for delivery in optional.select_related("person").order_by("pk")[:OPTED_OUT]:
        opt_out(delivery.person, programme, now)
