"""What an audience may be made of, each with how many people it means."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.http import Http404, QueryDict

from programmes.design.formats import language_title
from programmes.models import BusinessLine, Programme, Region, Site, Wave, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.models import Persona
from stakeholders.audiences.queries.people import Heads, heads_of

# Each kind of choice, under the name it has in addresses, with its line in a rule.
LINES = {
    "wave": "waves",
    "persona": "personas",
    "business_line": "business_lines",
    "region": "regions",
    "site": "sites",
    "language": "languages",
    "employer": "employers",
}
# Before the name of a kind whose people are left out.
NOT = "not_"


@dataclass(frozen=True)
class Offer:
    """One thing that may be chosen.

    Attributes:
        value: what stands in the address.
        label: its words.
        people: how many active people of the programme it means, within the scope.
        thing: the object, or the word itself.
        meaning: what stands for it in a rule: an id, a word, or the rule of a persona.

    """

    value: str
    label: str
    people: int
    thing: Any
    meaning: Any


@dataclass(frozen=True)
class Offers:
    """All that may be chosen: by kind and value, and the personas in their order."""

    kinds: Mapping[str, Mapping[str, Offer]]
    personas: Sequence[Persona]

    def chosen(self, query: QueryDict) -> dict[str, list[Offer]]:
        """Return what an address chooses, ``wave`` and so on, and leaves out, ``not_site``.

        Raises:
            Http404: a value names nothing that the asker may see.

        """
        names = [*LINES, *(f"{NOT}{kind}" for kind in LINES if kind != "wave")]
        found = {
            name: [self._one(name.removeprefix(NOT), value) for value in unique(query, name)]
            for name in names
        }
        return {name: offers for name, offers in found.items() if offers}

    @property
    def conditions(self) -> dict[str, Q]:
        """Return whom each persona means, by its address."""
        return {slug: o.meaning.condition() for slug, o in self.kinds["persona"].items()}

    def counted(self, people: Mapping[str, int]) -> "Offers":
        """Return the same with the head counts of personas, by their addresses."""
        found = {slug: replace(o, people=people[slug]) for slug, o in self.kinds["persona"].items()}
        return Offers({**self.kinds, "persona": found}, self.personas)

    def _one(self, kind: str, value: str) -> Offer:
        if value not in self.kinds[kind]:
            raise Http404
        return self.kinds[kind][value]


# What else stands in the address of an audience: which one is changed, and which sample is shown.
BESIDE = ("of", "draw")


def unread_in(query: QueryDict) -> list[str]:
    """Return the parts of an address that say nothing: without them it would mean more people.

    An unknown name, such as one cut off or spelt wrong, or a known one without a value.
    """
    names = {*LINES, *(f"{NOT}{kind}" for kind in LINES if kind != "wave")}
    return [
        f"{name}={value}"
        for name, values in query.lists()
        for value in values
        if name not in BESIDE and not (name in names and value)
    ]


def unique(query: QueryDict, name: str) -> list[str]:
    """Return the values of a parameter, each once, without empty ones."""
    return list(dict.fromkeys(value for value in query.getlist(name) if value))


def offers_of(programme: Programme, scope: Scope) -> Offers:
    """Return all that may be chosen within a scope, in a fixed number of queries.

    Personas are not counted yet (see ``Offers.counted``).
    """
    places = WaveSite.objects.within(scope)
    wave_of = dict(places.order_by().values_list("site", "wave"))
    heads = heads_of(programme, scope)
    sites = list(Site.objects.filter(pk__in=wave_of))
    region_of = {site.pk: site.region_id for site in sites}
    regions = Region.objects.filter(pk__in=region_of.values())
    waves = Wave.objects.within(scope)
    by_line = _count(heads, lambda head: head.business_line)
    lines = BusinessLine.objects.filter(pk__in=[pk for pk in by_line if pk])
    personas = list(Persona.objects.within(scope).with_rule())
    kinds = {
        "wave": _named(waves, _count(heads, lambda head: wave_of[head.site])),
        "persona": _personas(personas),
        "business_line": _named(lines, by_line),
        "region": _named(regions, _count(heads, lambda head: region_of[head.site])),
        "site": _named(sites, _count(heads, lambda head: head.site)),
        "language": _words(_count(heads, lambda head: head.language), language_title),
        "employer": _words(_count(heads, lambda head: head.employer), str),
    }
    return Offers(kinds, personas)


def _count(heads: Iterable[Heads], of: Callable[[Heads], Any]) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for head in heads:
        found[of(head)] += head.people
    return found


def _named(
    objects: Iterable[Wave | BusinessLine | Region | Site], people: Counter[Any]
) -> dict[str, Offer]:
    return {
        str(one.pk): Offer(str(one.pk), one.name, people[one.pk], one, one.pk) for one in objects
    }


def _words(people: Counter[str], name: Callable[[str], str]) -> dict[str, Offer]:
    named = sorted((name(word), word) for word in people if word)
    return {word: Offer(word, label, people[word], word, word) for label, word in named}


def _personas(personas: Iterable[Persona]) -> dict[str, Offer]:
    return {one.slug: Offer(one.slug, one.name, 0, one, one.rule()) for one in personas}
