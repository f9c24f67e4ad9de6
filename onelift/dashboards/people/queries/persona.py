"""Personas with their people: how many, where, what they read and can read of their own."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from communications.messages.queries.content import readers
from communications.messages.rendering.language import reading_language
from programmes.design.formats import most_first
from programmes.models import BusinessLine, Programme, Site
from programmes.queries.texts import MISSING, STALE, TextStatus, states_of, states_of_many
from programmes.scope import Scope
from stakeholders.audiences.models.rule import PersonaRule, Rule
from stakeholders.audiences.queries.crowd import crowd_of
from stakeholders.audiences.queries.people import counted
from stakeholders.models import Persona

# Keys beside the ids of personas.
ALL, ANY = 0, -1


@dataclass(frozen=True)
class PersonaRow:
    """One persona of the list; ``lacking`` are the languages without a text that is up to date."""

    persona: Persona
    people: int
    channels: list[str]
    lacking: list["LanguageLine"]


@dataclass(frozen=True)
class PersonaList:
    """The personas of a programme, and how many of its people in view are in none."""

    rows: list[PersonaRow]
    people: int
    without: int


def persona_list(programme: Programme, scope: Scope) -> PersonaList:
    """Return the personas with their people in view, in a number of queries that is fixed."""
    personas = list(Persona.objects.within(scope).with_rule())
    counts = _readers(programme, [persona.rule() for persona in personas], scope)
    states = states_of_many(personas, languages=programme.languages)
    rows = [
        PersonaRow(
            persona=persona,
            people=counts[persona.pk].total(),
            channels=channel_words(persona),
            lacking=_lacking(counts[persona.pk], states[persona.pk]),
        )
        for persona in personas
    ]
    everybody = counts[ALL].total()
    return PersonaList(rows, people=everybody, without=everybody - counts[ANY].total())


def _lacking(wanted: Counter[str], states: Mapping[str, TextStatus]) -> list["LanguageLine"]:
    return [one for one in _languages(wanted, states) if one.state in (MISSING, STALE)]


def _readers(
    programme: Programme, personas: Sequence[PersonaRule], scope: Scope
) -> dict[int, Counter[str]]:
    """Return the people in view by language: of each persona by id, of ``ALL``, in ``ANY``."""
    everybody = Rule(programme=programme.pk)
    rules = {rule.id: Rule(programme=programme.pk, personas=(rule,)) for rule in personas}
    rules |= {ALL: everybody}
    rules |= {ANY: Rule(programme=programme.pk, personas=tuple(personas))} if personas else {}
    sites = everybody.places().values_list("site", flat=True)
    crowd = crowd_of(sites, scope, list(rules.values()), "language")
    found = {pk: crowd.readers(rule, crowd.by_site) for pk, rule in rules.items()}
    return {ANY: Counter()} | {pk: +readers for pk, readers in found.items()}


def channel_words(persona: Persona) -> list[str]:
    """Return the names of the channels that reach a persona, in their fixed order."""
    return [str(word) for key, word in Persona.Channel.choices if key in persona.channels]


@dataclass(frozen=True)
class SiteLine:
    """How many of a persona work at a site, and what they read, most read first."""

    site: Site
    people: int
    languages: list[tuple[str, int]]


@dataclass(frozen=True)
class LanguageLine:
    """How many of a persona read a language; ``gets`` is what they get while it has no text."""

    code: str
    people: int
    state: str
    gets: str


@dataclass(frozen=True)
class PersonaBoard:
    """What the page of one persona shows, within the scope of its reader.

    ``places`` are the regions and sites of its rule in view; ``own`` can read in their language.
    """

    persona: Persona
    people: int
    sites: list[SiteLine]
    languages: list[LanguageLine]
    business_lines: list[tuple[BusinessLine | None, int]]
    channels: list[str]
    places: list[str]
    states: Mapping[str, TextStatus]
    own: int

    @property
    def is_served(self) -> bool:
        """Tell whether all can read their own texts in their own language."""
        return self.own == self.people


def persona_board(persona: Persona, programme: Programme, scope: Scope) -> PersonaBoard:
    """Return the page of one persona, in a number of queries that is fixed."""
    rule = Rule(programme=programme.pk, personas=(persona.rule(),))
    rows = list(counted(rule, scope, "site", "language", "business_line"))
    states = states_of(persona, languages=programme.languages)
    written = [code for code, status in states.items() if status.state != MISSING]
    wanted = _sum(rows, "language")
    own, _fallbacks = readers(wanted, written)
    return PersonaBoard(
        persona=persona,
        people=wanted.total(),
        sites=_sites(rows),
        languages=_languages(wanted, states),
        business_lines=_business_lines(rows),
        channels=channel_words(persona),
        places=_places(persona, scope),
        states=states,
        own=sum(one.people for one in own),
    )


def _places(persona: Persona, scope: Scope) -> list[str]:
    regions, sites = persona.regions.all(), persona.sites.all()
    seen = scope.regions
    return [
        *(str(region) for region in regions if seen is None or region.pk in seen),
        *(str(site) for site in sites if seen is None or site.region_id in seen),
    ]


def _sum(rows: Sequence[Mapping[str, Any]], column: str) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for row in rows:
        found[row[column]] += row["people"]
    return found


def _sites(rows: Sequence[Mapping[str, Any]]) -> list[SiteLine]:
    at = _sum(rows, "site")
    sites = Site.objects.filter(pk__in=at).select_related("region")
    found = [
        SiteLine(
            site=site,
            people=at[site.pk],
            languages=most_first(_sum([r for r in rows if r["site"] == site.pk], "language")),
        )
        for site in sites
    ]
    return sorted(found, key=lambda line: (-line.people, line.site.name))


def _languages(wanted: Counter[str], states: Mapping[str, TextStatus]) -> list[LanguageLine]:
    """Return each language that is read or written; its variety's text is as good as its own."""
    written = [code for code, status in states.items() if status.state != MISSING]
    found = []
    for code in [*wanted, *(code for code in states if code not in wanted)]:
        gets = "" if code in written else reading_language(code, written) or ""
        is_variety = gets and gets.partition("-")[0] == code.partition("-")[0]
        status = states.get(gets if is_variety else code)
        found.append(LanguageLine(code, wanted[code], status.state if status else MISSING, gets))
    return sorted(found, key=lambda line: (-line.people, line.code))


def _business_lines(rows: Sequence[Mapping[str, Any]]) -> list[tuple[BusinessLine | None, int]]:
    counts = _sum(rows, "business_line")
    named = BusinessLine.objects.in_bulk([pk for pk in counts if pk])
    return [(named.get(pk), count) for pk, count in most_first(counts)]
