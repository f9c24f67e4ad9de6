"""Personas with their people: how many, where, what they read and can read of their own."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from communications.messages.queries.content import readers
from communications.messages.rendering.language import reading_language
from programmes.models import BusinessLine, Programme, Site
from programmes.queries.texts import MISSING, STALE, TextStatus, states_of, states_of_many
from programmes.scope import Scope
from stakeholders.audiences.models.rule import PersonaRule, Rule, any_of
from stakeholders.audiences.queries.crowd import crowd_of
from stakeholders.audiences.queries.people import count_each, counted
from stakeholders.models import Persona

# Keys beside the ids of personas.
ALL, ANY = 0, -1


@dataclass(frozen=True)
class PersonaRow:
    """One persona of the list; ``lacking`` are its texts that are missing or stale."""

    persona: Persona
    people: int
    channels: list[str]
    lacking: list[TextStatus]


@dataclass(frozen=True)
class PersonaList:
    """The personas of a programme, and how many of its people in view are in none."""

    rows: list[PersonaRow]
    people: int
    without: int


def persona_list(programme: Programme, scope: Scope) -> PersonaList:
    """Return the personas with their people in view, in a number of queries that is fixed."""
    personas = list(Persona.objects.within(scope).with_rule())
    counts = _counts(programme, [persona.rule() for persona in personas], scope)
    states = states_of_many(personas, languages=programme.languages)
    rows = [
        PersonaRow(
            persona=persona,
            people=counts[persona.pk],
            channels=channel_words(persona),
            lacking=[s for s in states[persona.pk].values() if s.state in (MISSING, STALE)],
        )
        for persona in personas
    ]
    return PersonaList(rows, people=counts[ALL], without=counts[ALL] - counts[ANY])


def _counts(programme: Programme, personas: Sequence[PersonaRule], scope: Scope) -> Counter[int]:
    """Return the people in view of each persona by its id, of ``ALL`` and in ``ANY`` of them.

    Rules are read off one count of all people; those picked by hand are looked at apart, since
    they are few.
    """
    everybody = Rule(programme=programme.pk)
    picked = [rule for rule in personas if rule.people is not None]
    plain = [rule for rule in personas if rule.people is None]
    rules = {rule.id: Rule(programme=programme.pk, personas=(rule,)) for rule in plain}
    rules |= {ANY: Rule(programme=programme.pk, personas=tuple(plain))} if plain else {}
    crowd = crowd_of(everybody.places().values_list("site", flat=True), scope, list(rules.values()))
    counts = Counter({pk: crowd.meant(rule, crowd.by_site) for pk, rule in rules.items()})
    if picked:
        apart = {str(rule.id): rule.condition() for rule in picked}
        only_picked = {str(ANY): ~any_of(plain)}
        found = count_each(
            apart | only_picked, Rule(programme=programme.pk, personas=tuple(picked)), scope
        )
        counts.update({int(pk): n for pk, n in found.items()})
    return counts + Counter({ALL: crowd.people})


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
        languages=_languages(wanted, states, written),
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
            languages=_sum([r for r in rows if r["site"] == site.pk], "language").most_common(),
        )
        for site in sites
    ]
    return sorted(found, key=lambda line: (-line.people, line.site.name))


def _languages(
    wanted: Counter[str], states: Mapping[str, TextStatus], written: Collection[str]
) -> list[LanguageLine]:
    codes = [*wanted, *(code for code in states if code not in wanted)]
    found = [
        LanguageLine(
            code=code,
            people=wanted[code],
            state=states[code].state if code in states else MISSING,
            gets="" if code in written else reading_language(code, written) or "",
        )
        for code in codes
    ]
    return sorted(found, key=lambda line: (-line.people, line.code))


def _business_lines(rows: Sequence[Mapping[str, Any]]) -> list[tuple[BusinessLine | None, int]]:
    counts = _sum(rows, "business_line")
    named = BusinessLine.objects.in_bulk([pk for pk in counts if pk])
    return [(named.get(pk), count) for pk, count in counts.most_common()]
