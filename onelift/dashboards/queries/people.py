"""Who is behind a number: persons, or how many of them at each site read which language."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Exists, OuterRef

from communications.queries.reach import people_in
from communications.rendering.language import reading_language
from onelift.dashboards.queries.filters import Asker, Filter, filters_of
from programmes.models import BusinessLine, Region, Site, Wave, WaveSite
from programmes.rendering.formats import language_name
from stakeholders.models import Person
from stakeholders.models.person import PersonQuerySet


@dataclass(frozen=True)
class SiteCount:
    """How many of the people found work at a site, and what they read, most read first."""

    pk: int
    name: str
    region: str
    people: int
    languages: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Choices:
    """What the filters offer: (value, words)."""

    waves: list[tuple[str, str]]
    regions: list[tuple[str, str]]
    sites: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    business_lines: list[tuple[str, str]]


@dataclass(frozen=True)
class PeopleList:
    """The people of a programme, narrowed; ``languages`` counts all by what they read."""

    found: PersonQuerySet
    filters: list[Filter]
    languages: Mapping[str, int]

    @cached_property
    def total(self) -> int:
        """Return how many are found (one query, if there is a filter)."""
        return self.found.count() if self.filters else self.all

    @property
    def all(self) -> int:
        """Return how many there are without the filters."""
        return sum(self.languages.values())


def people_list(asker: Asker) -> PeopleList:
    """Return the people a query means, within the scope of its asker.

    Raises:
        Http404: a filter names nothing that the asker may see.

    """
    everybody = people_in(asker.programme, asker.scope)
    filters = [each for each in filters_of(asker) if each.label]
    found = everybody
    for each in filters:
        found = each.narrow(found)
    return PeopleList(found, filters, _readers(asker))


def _readers(asker: Asker) -> Counter[str]:
    """Count the people of a programme by what they read (two queries).

    All are counted as the index has them, and those elsewhere are left out: that is quicker.
    """
    places = WaveSite.objects.within(asker.scope).filter(wave__programme=asker.programme)
    sites = set(places.order_by().values_list("site", flat=True))
    people = Person.objects.within(asker.scope).active().order_by()
    readers: Counter[str] = Counter()
    for site, language, n in people.values_list("site", "language").annotate(n=Count("*")):
        readers[language] += n if site in sites else 0
    return +readers


def site_counts(people: PersonQuerySet) -> list[SiteCount]:
    """Return the sites of some people with their number by language (two queries)."""
    by_site: dict[int, list[tuple[str, int]]] = defaultdict(list)
    rows = people.order_by().values_list("site", "language").annotate(n=Count("*"))
    for site, language, count in rows:
        by_site[site].append((language, count))
    sites = Site.objects.filter(pk__in=by_site).select_related("region")
    return [_site_count(site, by_site[site.pk]) for site in sites]


def _site_count(site: Site, readers: Sequence[tuple[str, int]]) -> SiteCount:
    most_first = sorted(readers, key=lambda row: (-row[1], row[0]))
    return SiteCount(
        pk=site.pk,
        name=site.name,
        region=site.region.name,
        people=sum(count for _language, count in readers),
        languages=tuple((code, language_name(code), count) for code, count in most_first),
    )


def choices_of(asker: Asker, languages: Iterable[str]) -> Choices:
    """Return what may be chosen, all within the scope, with the languages read (four queries)."""
    people = people_in(asker.programme, asker.scope).order_by()
    named = sorted((language_name(code), code) for code in languages)
    sites = Site.objects.within(asker.scope).filter(wave_sites__wave__programme=asker.programme)
    regions = Region.objects.within(asker.scope).filter(sites__in=sites).distinct()
    waves = Wave.objects.within(asker.scope).filter(programme=asker.programme)
    lines = BusinessLine.objects.filter(Exists(people.filter(business_line=OuterRef("pk"))))
    return Choices(
        waves=_words((wave.pk, wave.name) for wave in waves),
        regions=_words((region.slug, region.name) for region in regions),
        sites=_words((site.pk, site.name) for site in sites),
        languages=[(code, name) for name, code in named],
        business_lines=_words((line.pk, line.name) for line in lines),
    )


def _words(pairs: Iterable[tuple[object, str]]) -> list[tuple[str, str]]:
    return [(str(value), words) for value, words in pairs]


@dataclass(frozen=True)
class PersonRow:
    """A person as the list shows them; ``reads`` is the language of the texts they get."""

    person: Person
    reads: str


def person_rows(people: Iterable[Person], written: Sequence[str]) -> list[PersonRow]:
    """Return rows of people, given the languages in which the programme writes."""
    return [
        PersonRow(person, reading_language(person.language, written) or "en") for person in people
    ]
