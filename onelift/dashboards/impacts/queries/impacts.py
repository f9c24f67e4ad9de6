"""Impacts in head count: who is hit where and how hard, and whom nothing helps.

What a hit and a gap are is said in ``answered``. People count once, however many personas and
impacts meet in them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from communications.dispatches.queries.plans import places_of
from onelift.dashboards.impacts.queries.answered import Hit, answers_in, hits_of
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.answer import ImpactAnswer
from stakeholders.audiences.queries.crowd import Crowd, crowd_of
from stakeholders.models import Impact

ONLY_GAPS = "1"
# A persona, by its id, and which of its business lines; several of them are counted together.
Part = tuple[int, tuple[int, ...]]
Parts = tuple[Part, ...]


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
    region: str = ""

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
        return any((self.wave, self.site, self.region, self.persona, self.gaps))

    def wants_place(self, place: WaveSite) -> bool:
        """Tell whether a site is the chosen one, and of the chosen wave and region."""
        return (
            self.wave in ("", str(place.wave_id))
            and self.site in ("", str(place.site_id))
            and self.region in ("", place.site.region.slug)
        )

    def wants(self, impact: Impact) -> bool:
        """Tell whether an impact is of the chosen stream, dimension and severity."""
        return (
            self.stream in ("", str(impact.stream_id))
            and self.dimension in ("", impact.dimension)
            and self.severity in ("", str(impact.severity))
        )

    def wants_hit(self, hit: Hit) -> bool:
        """Tell whether a hit is on the chosen persona, and a gap if only these are wanted."""
        return self.persona in ("", hit.persona.slug) and (self.gaps != ONLY_GAPS or hit.is_gap)


@dataclass(frozen=True)
class Impacts:
    """The impacts in view, narrowed as wished, and where each is felt.

    ``known`` are all in view, ``places`` all sites in view; ``hits`` has those of nobody, too.
    ``rules`` say who each group of people is that is counted together.
    """

    programme: Programme
    known: Sequence[Impact]
    places: Sequence[WaveSite]
    answers: Sequence[ImpactAnswer]
    hits: Sequence[Hit]
    rules: Mapping[Parts, Rule]
    crowd: Crowd
    counted: dict[Parts, Counter[int]] = field(default_factory=dict)

    @cached_property
    def people(self) -> dict[tuple[int, int], int]:
        """Return how many of each persona at each site something hits."""
        together: defaultdict[tuple[int, int], list[Hit]] = defaultdict(list)
        for hit in self.hits:
            together[hit.target].append(hit)
        return {whom: self.heads_of(hits) for whom, hits in together.items()}

    @cached_property
    def felt(self) -> list[Hit]:
        """Return the hits that somebody feels."""
        return [hit for hit in self.hits if self.is_felt(hit)]

    def is_felt(self, hit: Hit) -> bool:
        """Tell whether somebody works there whom the impact hits."""
        return bool(self._by_site((hit.part,))[hit.place.site_id])

    @cached_property
    def gaps(self) -> list[Hit]:
        """Return what must be answered and is not."""
        return [hit for hit in self.felt if hit.is_gap]

    def heads(self, is_meant: Callable[[Hit], bool] = lambda _hit: True) -> int:
        """Return how many people some hits mean, each once."""
        return self.heads_of(hit for hit in self.hits if is_meant(hit))

    def heads_of(self, hits: Iterable[Hit]) -> int:
        """Return the same of hits of this board (see ``_together``)."""
        return sum(
            self._by_site(parts)[site] for parts, sites in _together(hits).items() for site in sites
        )

    def people_condition(self, hits: Iterable[Hit]) -> Q:
        """Return the condition on the people whom ``heads_of`` counts."""
        found = Q(pk__in=())
        for parts, sites in _together(hits).items():
            found |= Q(self.rules[parts].condition(), site__in=sites)
        return found

    def _by_site(self, parts: Parts) -> Counter[int]:
        if parts not in self.counted:
            rule = self.rules[parts]
            if rule.is_single and rule not in self.crowd.apart:
                raise LookupError(rule)
            self.counted[parts] = self.crowd.meant_by_site(rule)
        return self.counted[parts]


def impacts_of(
    programme: Programme, scope: Scope, wish: ImpactFilter, today: date, only: int | None = None
) -> Impacts:
    """Return the impacts in view, or only one by its id, in a number of queries that is fixed."""
    found = Impact.objects.within(scope).present().with_whom()
    known = list(found.filter(pk=only) if only else found)
    places = list({place.site_id: place for place in places_of(scope)}.values())
    answers = answers_in(programme, scope)
    wanted = [place for place in places if wish.wants_place(place)]
    all_hits = hits_of(filter(wish.wants, known), wanted, answers, today)
    hits = [hit for hit in all_hits if wish.wants_hit(hit)]
    rules = _rules(programme, hits)
    return Impacts(
        programme=programme,
        known=known,
        places=places,
        answers=answers,
        hits=hits,
        rules=rules,
        crowd=crowd_of([p.site_id for p in places], scope, list(rules.values())),
    )


def _together(hits: Iterable[Hit]) -> dict[Parts, list[int]]:
    """Return which parts of personas are hit together, in a fixed order, and at which sites.

    Whoever is in two of them is found once by the rule that joins them. Who is hit whatever their
    business line is not named again by one.
    """
    at: defaultdict[int, set[Part]] = defaultdict(set)
    for hit in hits:
        at[hit.place.site_id].add(hit.part)
    found: defaultdict[Parts, list[int]] = defaultdict(list)
    for site, parts in at.items():
        whole = {persona for persona, lines in parts if not lines}
        key = tuple(sorted(part for part in parts if not part[1] or part[0] not in whole))
        found[key].append(site)
    return dict(found)


def _rules(programme: Programme, hits: Sequence[Hit]) -> dict[Parts, Rule]:
    """Return the rule of all people who are counted together on some page."""
    personas = {hit.persona.pk: hit.persona for hit in hits}
    plain = {pk: persona.rule() for pk, persona in personas.items()}
    keys: set[Parts] = {(hit.part,) for hit in hits}
    for group in _groups(hits):
        keys.update(_together(group))
    return {
        parts: Rule(
            programme=programme.pk,
            personas=tuple(plain[persona].in_lines(lines) for persona, lines in parts),
        )
        for parts in sorted(keys)
    }


def _groups(hits: Sequence[Hit]) -> Iterable[Sequence[Hit]]:
    """Yield the hits that a page counts together: all, by impact, stream and whom; and their gaps.

    Those of a wave are some sites of all.
    """
    yield hits
    ways: tuple[Callable[[Hit], Any], ...] = (
        lambda hit: hit.impact.pk,
        lambda hit: hit.impact.stream_id,
        lambda hit: hit.target,
    )
    for way in ways:
        groups: defaultdict[Any, list[Hit]] = defaultdict(list)
        for hit in hits:
            groups[way(hit)].append(hit)
        yield from groups.values()
    gaps = [hit for hit in hits if hit.is_gap]
    if len(gaps) < len(hits):
        yield from _groups(gaps)


def with_sites(found: Impacts, impact: Impact) -> list[Any]:
    """Return the sites in view that an impact names; none if it is felt everywhere."""
    named = {site.pk for site in impact.sites.all()}
    return [place.site for place in found.places if place.site_id in named]
