"""Impacts in head count: who is hit where and how hard, and what answers it.

A hit is one impact on one persona at one site. It is answered by an action that names the impact
and whose audience is there and may mean the persona. A hit that is high and that nothing answers
is a gap. People count once, however many personas and impacts meet in them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from communications.dispatches.queries.plans import places_of
from communications.messages.queries.answer import messages_that_answer
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.answer import ImpactAnswer
from stakeholders.audiences.queries.crowd import Crowd, crowd_of
from stakeholders.models import Impact, Persona

# Whoever plans actions that answer impacts; events join here.
ANSWERERS: tuple[Callable[[Programme, Scope], list[ImpactAnswer]], ...] = (messages_that_answer,)
ONLY_GAPS = "1"


@dataclass(frozen=True)
class ImpactFilter:
    """What the reader wants to see: values of the address, empty where all is wanted."""

    wave: str = ""
    site: str = ""
    persona: str = ""
    stream: str = ""
    dimension: str = ""
    severity: str = ""
    gaps: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "ImpactFilter":
        """Return what the query of an address wishes."""
        return cls(**{field.name: query.get(field.name, "") for field in fields(cls)})

    @property
    def is_any(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    @property
    def is_of_people(self) -> bool:
        """Tell whether only what some people feel, or what is not answered, is wanted."""
        return any((self.wave, self.site, self.persona, self.gaps))

    def wants_place(self, place: WaveSite) -> bool:
        """Tell whether a site is the chosen one, and of the chosen wave."""
        return self.wave in ("", str(place.wave_id)) and self.site in ("", str(place.site_id))

    def wants(self, impact: Impact) -> bool:
        """Tell whether an impact is of the chosen stream, dimension and severity."""
        return (
            self.stream in ("", str(impact.stream_id))
            and self.dimension in ("", impact.dimension)
            and self.severity in ("", str(impact.severity))
        )

    def wants_hit(self, hit: "Hit") -> bool:
        """Tell whether a hit is on the chosen persona, and a gap if only these are wanted."""
        return self.persona in ("", hit.persona.slug) and (self.gaps != ONLY_GAPS or hit.is_gap)


@dataclass(frozen=True)
class Hit:
    """One impact on one persona at one site, with what answers it there."""

    impact: Impact
    persona: Persona
    place: WaveSite
    answers: tuple[ImpactAnswer, ...]

    @property
    def is_gap(self) -> bool:
        """Tell whether it is high and nothing answers it."""
        return self.impact.is_high and not self.answers

    @property
    def whom(self) -> tuple[int, int]:
        """Return persona and site, which many impacts may hit."""
        return self.persona.pk, self.place.site_id


@dataclass(frozen=True)
class Impacts:
    """The impacts in view, narrowed as wished, and where each is felt.

    ``known`` are all in view, ``places`` all sites in view; ``hits`` has those of nobody, too.
    """

    programme: Programme
    known: Sequence[Impact]
    places: Sequence[WaveSite]
    answers: Sequence[ImpactAnswer]
    hits: Sequence[Hit]
    crowd: Crowd

    @cached_property
    def people(self) -> dict[tuple[int, int], int]:
        """Return how many of each persona there are at each site where something hits them."""
        found: dict[tuple[int, int], int] = {}
        for persona in {hit.persona.pk: hit.persona for hit in self.hits}.values():
            by_site = self.crowd.meant_by_site(self._rule([persona]))
            found |= {(persona.pk, site): n for site, n in by_site.items()}
        return {hit.whom: found.get(hit.whom, 0) for hit in self.hits}

    @cached_property
    def felt(self) -> list[Hit]:
        """Return the hits that somebody feels."""
        return [hit for hit in self.hits if self.people[hit.whom]]

    @cached_property
    def gaps(self) -> list[Hit]:
        """Return what nothing answers, though it is high."""
        return [hit for hit in self.felt if hit.is_gap]

    def heads(self, is_meant: Callable[[Hit], bool] = lambda _hit: True) -> int:
        """Return how many people some hits mean, each once (see ``_together``)."""
        total = 0
        for personas, sites in _together(hit for hit in self.hits if is_meant(hit)):
            rule = self._rule(personas)
            if rule.is_single and rule not in self.crowd.apart:
                raise LookupError(rule)
            total += self.crowd.meant(rule, sites)
        return total

    def _rule(self, personas: Iterable[Persona]) -> Rule:
        return _rule_of(self.programme, personas)


def impacts_of(
    programme: Programme, scope: Scope, wish: ImpactFilter, only: int | None = None
) -> Impacts:
    """Return the impacts in view, or only one by its id, in a number of queries that is fixed."""
    found = Impact.objects.within(scope).present().with_whom()
    known = list(found.filter(pk=only) if only else found)
    places = list({place.site_id: place for place in places_of(scope)}.values())
    answers = [answer for answerer in ANSWERERS for answer in answerer(programme, scope)]
    hits = [hit for hit in _hits(known, places, answers, wish) if wish.wants_hit(hit)]
    return Impacts(
        programme=programme,
        known=known,
        places=places,
        answers=answers,
        hits=hits,
        crowd=crowd_of([p.site_id for p in places], scope, _rules(programme, hits)),
    )


def _hits(
    impacts: Iterable[Impact],
    places: Sequence[WaveSite],
    answers: Sequence[ImpactAnswer],
    wish: ImpactFilter,
) -> Iterator[Hit]:
    wanted = [place for place in places if wish.wants_place(place)]
    for impact in filter(wish.wants, impacts):
        sites = {site.pk for site in impact.sites.all()}
        own = [answer for answer in answers if impact.pk in answer.impacts]
        for place in wanted:
            if not sites or place.site_id in sites:
                there = [answer for answer in own if answer.rule.names(place)]
                for persona in impact.personas.all():
                    yield Hit(impact, persona, place, _meaning(there, persona))


def _meaning(answers: Iterable[ImpactAnswer], persona: Persona) -> tuple[ImpactAnswer, ...]:
    return tuple(answer for answer in answers if answer.rule.leaves_room_for(persona.pk))


def _together(hits: Iterable[Hit]) -> list[tuple[list[Persona], list[int]]]:
    """Return which personas are hit together, in a fixed order, and at which sites.

    Whoever is in two of them is found once by the rule that joins them.
    """
    at: defaultdict[int, dict[int, Persona]] = defaultdict(dict)
    for hit in hits:
        at[hit.place.site_id][hit.persona.pk] = hit.persona
    found: dict[tuple[int, ...], tuple[list[Persona], list[int]]] = {}
    for site, own in at.items():
        key = tuple(sorted(own))
        found.setdefault(key, ([own[pk] for pk in key], []))[1].append(site)
    return list(found.values())


def _rule_of(programme: Programme, personas: Iterable[Persona]) -> Rule:
    return Rule(programme=programme.pk, personas=tuple(one.rule() for one in personas))


def _rules(programme: Programme, hits: Sequence[Hit]) -> list[Rule]:
    """Return each rule by which heads are counted: of personas, and of those hit together."""
    groups: list[Iterable[Hit]] = [hits, [hit for hit in hits if hit.is_gap]]
    by_impact: defaultdict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_impact[hit.impact.pk].append(hit)
    for own in by_impact.values():
        groups += [own, [hit for hit in own if hit.is_gap]]
    joined = [personas for group in groups for personas, _sites in _together(group)]
    alone = [[hit.persona] for hit in hits]
    distinct = {tuple(one.pk for one in personas): personas for personas in [*joined, *alone]}
    return [_rule_of(programme, personas) for personas in distinct.values()]


def with_sites(found: Impacts, impact: Impact) -> list[Any]:
    """Return the sites in view that an impact names; none if it is felt everywhere."""
    named = {site.pk for site in impact.sites.all()}
    return [place.site for place in found.places if place.site_id in named]
