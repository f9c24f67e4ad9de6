"""A text as the mail that one real person of the audience would get."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from communications.messages.models import Approval, Message
from communications.messages.rendering import (
    OPT_OUT_LINK,
    Filled,
    prepare,
    reading_language,
    values_for,
)
from programmes.design.fields import is_key
from programmes.models import WaveSite
from programmes.queries.texts import text_of
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule
from stakeholders.models import Person, User
from stakeholders.people.models.person import PersonQuerySet

FIELDS = ("subject", "body")
# Personal links are made when a mail leaves; this name is reserved and leads nowhere (RFC 2606).
EXAMPLE_LINK = "https://link.example/"
LONGEST_NUMBER = 9
# How many people an editor offers to look at a mail as.
OFFERED = 12


@dataclass(frozen=True)
class Preview:
    """The mail of one person; ``person`` is None where the audience has nobody in view."""

    person: Person | None
    language: str
    mail: Filled


def version_shown(
    message: Message, scope: Scope, may_decide: bool, asked: str = ""
) -> Approval | None:
    """Return the version that a reader sees, or None for the texts as they are now.

    A reader of some regions sees what is approved and nothing else; who decides sees what
    waits, unless another version is asked for by its number.
    """
    versions = message.approvals.within(scope)
    if not scope.reads_drafts:
        return versions.standing().first()
    if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER:
        return versions.filter(version=int(asked)).first()
    return versions.waiting().first() if may_decide else None


def texts_shown(message: Message, version: Approval | None) -> dict[str, Mapping[str, str]]:
    """Return the texts by language of a version, or as they are now; without the missing."""
    if version:
        return dict(version.frozen.languages)
    texts = {code: text_of(message, code, FIELDS) for code in message.programme.languages}
    return {code: text for code, text in texts.items() if all(text.values())}


def preview_of(
    message: Message,
    rule: Rule,
    texts: Mapping[str, Mapping[str, str]],
    language: str,
    scope: Scope,
    extra: frozenset[str],
    wanted: Iterable[str] | None = None,
    *,
    is_optional: bool = False,
    examples: Mapping[str, str] | None = None,
    asked: str = "",
) -> Preview:
    """Return one language as the mail of somebody in view who reads it, else of anybody.

    Whoever reads no records of persons sees a sample name.
    ``extra`` are the placeholders of the message's source, ``wanted`` the languages that people
    in view read, if the caller knows them; ``is_optional`` whether people may opt out of it;
    ``examples`` what stands for those placeholders that are no links; ``asked`` the id of the
    person who is wished, as an address gives it.
    """
    text = texts[language]
    person = person_asked(rule, scope, asked) or reader_of(
        rule, set(texts), language, scope, wanted
    )
    prepared = prepare(
        message.programme,
        language,
        text["subject"],
        text["body"],
        extra,
        is_optional=is_optional,
    )
    values = values_of(person, message, language, extra) | dict(examples or {})
    if not scope.may("people.read"):
        values |= sample_name()
    return Preview(person, language, prepared.fill(values))


def sample_name() -> dict[str, str]:
    """Return a name of nobody, as it is usual in the language of the reader."""
    first, last = gettext("Alex"), gettext("Taylor")
    return {"first_name": first, "last_name": last, "name": f"{first} {last}"}


def values_of(
    person: Person | None, message: Message, language: str, extra: frozenset[str]
) -> dict[str, str]:
    """Return what stands for each placeholder before a mail leaves: links lead nowhere."""
    values = dict.fromkeys((*extra, OPT_OUT_LINK), EXAMPLE_LINK)
    if person:
        live_on = go_live_of(person, message)
        values |= values_for(person, person.site, live_on, message.programme, language)
    return values


def text_to_try(
    message: Message,
    version: Approval | None,
    language: str,
    scope: Scope,
    user: User,
    extra: frozenset[str],
    examples: Mapping[str, str],
) -> dict[str, Any] | None:
    """Return what a test of one language says, or None without a text; the last two as above.

    Site and date are those of somebody in view who would get it; the name is the user's own, so
    that no other name leaves the house.
    """
    texts = texts_shown(message, version)
    if language not in texts:
        return None
    rule = version.frozen.rule if version else message.audience.rule()
    person = reader_of(rule, set(texts), language, scope)
    own = {"first_name": user.first_name, "last_name": user.last_name, "name": str(user)}
    sender = version.frozen.sender if version else message.sender
    values = values_of(person, message, language, extra) | own | dict(examples)
    return {**texts[language], "sender": sender, "values": values}


def person_asked(rule: Rule, scope: Scope, asked: str) -> Person | None:
    """Return a person of the audience in view by the id of an address; None if it names none."""
    if not scope.may("people.read") or not is_key(asked):
        return None
    return _people(rule, scope).filter(pk=int(asked)).first()


def readers_offered(rule: Rule, languages: set[str], language: str, scope: Scope) -> list[Person]:
    """Return some people in view who read a language, for whoever reads records of persons."""
    if not scope.may("people.read"):
        return []
    people = _people(rule, scope)
    return list(people.filter(language__in=_fitting(people, languages, language))[:OFFERED])


def reader_of(
    rule: Rule,
    languages: set[str],
    language: str,
    scope: Scope,
    wanted: Iterable[str] | None = None,
) -> Person | None:
    """Return a person of the audience in view, if there is one a reader of the language."""
    people = _people(rule, scope)
    fitting = _fitting(people, languages, language, wanted)
    return people.filter(language__in=fitting).first() or people.first()


def _people(rule: Rule, scope: Scope) -> PersonQuerySet:
    """Return the people of an audience in view, always in one order."""
    return rule.people().within(scope).select_related("site").order_by("pk")


def _fitting(
    people: PersonQuerySet, languages: set[str], language: str, wanted: Iterable[str] | None = None
) -> list[str]:
    """Return the languages of people who would read a text in one of the languages it has."""
    if wanted is None:
        wanted = people.order_by().values_list("language", flat=True).distinct()
    return [code for code in wanted if reading_language(code, languages) == language]


def go_live_of(person: Person, message: Message) -> date | None:
    """Return the go-live date of a person's site in the programme, or None."""
    places = WaveSite.objects.dated().filter(wave__programme=message.programme_id)
    place = places.filter(site=person.site_id).first()
    return place.live_on if place else None
