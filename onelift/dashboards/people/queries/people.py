"""Who is behind a number: persons, or how many of them at each site read which language."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, IntegerField, Value, When

from communications.dispatches.queries.reach import people_in
from communications.messages.rendering.language import reading_language
from onelift.dashboards.people.queries.filters import FILTERS, filters_of
from onelift.dashboards.people.queries.reader import Filter, Reader
from programmes.design.formats import language_title
from programmes.models import BusinessLine, Region, Site, Wave, WaveSite
from stakeholders.audiences.queries.people import Heads, heads_of
from stakeholders.models import Person
from stakeholders.people.models.person import PersonQuerySet


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
    employers: list[tuple[str, str]]


# What the form of the filters shows; others are carried along unseen.
TYPED = ("q", "wave", "region", "site", "language", "business_line", "employer")


@dataclass(frozen=True)
class PeopleList:
    """The people of a programme, narrowed; ``heads`` counts all who are active.

    ``is_left``: these are people who have left, who are in no count of a board.
    """

    found: PersonQuerySet
    filters: list[Filter]
    heads: list[Heads]
    is_left: bool = False

    @cached_property
    def total(self) -> int:
        """Return how many are found (one query, if there is a filter)."""
        return self.found.count() if self.filters else self.all

    @property
    def all(self) -> int:
        """Return how many there are without the filters."""
        return sum(heads.people for heads in self.heads)

    @property
    def carried(self) -> list[Filter]:
        """Return the filters for which the form has no field."""
        return [each for each in self.filters if each.name not in TYPED]


def people_list(reader: Reader) -> PeopleList:
    """Return the people a query means, within the scope of its reader.

    Raises:
        Http404: a filter names nothing that the reader may see.

    """
    filters = [each for each in filters_of(reader) if each.label]
    is_left = any(each.name == "left" for each in filters)
    found = people_who_left(reader) if is_left else people_in(reader.programme, reader.scope)
    for each in filters:
        found = each.narrow(found)
    return PeopleList(found, filters, heads_of(reader.programme, reader.scope), is_left)


def people_who_left(reader: Reader) -> PersonQuerySet:
    """Return who has left the sites of the programme, within the scope."""
    places = WaveSite.objects.filter(wave__programme=reader.programme).values("site")
    return Person.objects.within(reader.scope).left().filter(site__in=places)


def left_too(reader: Reader) -> int:
    """Return how many people who have left the same query means (one query)."""
    query = {name: reader.query.get(name, "") for name in FILTERS} | {"left": "1"}
    found = people_who_left(reader)
    for each in filters_of(replace(reader, query=query)):
        found = each.narrow(found)
    return found.count()


@dataclass(frozen=True)
class InOrder:
    """People sorted by name, or first by groups; a slice is read as ``Paginator`` asks for it.

    Of a page only the keys are sorted, and of people in groups only the groups on that page: the
    database need not sort everybody.

    Attributes:
        people: whom to sort.
        sign: a minus turns the order round.
        column: of the groups, or empty.
        groups: values of that column in order, which hold everybody.

    """

    people: PersonQuerySet
    sign: str = ""
    column: str = ""
    groups: Sequence[Any] = ()

    def __getitem__(self, part: slice) -> list[Person]:
        """Return a part (three queries at most)."""
        keys = list(self._sorted(part).values_list("pk", flat=True))
        related = ("site", "business_line")
        found = Person.objects.filter(pk__in=keys).select_related(*related).in_bulk()
        return [found[key] for key in keys if key in found]

    def _sorted(self, part: slice) -> PersonQuerySet:
        by_name = (f"{self.sign}folded_name", f"{self.sign}pk")
        if not self.column:
            return self.people.order_by(*by_name)[part]
        on_page, before = self._groups_on(part)
        ranks = (When(**{self.column: one}, then=Value(n)) for n, one in enumerate(on_page))
        rank = Case(*ranks, default=Value(0), output_field=IntegerField())
        people = self.people.filter(**{f"{self.column}__in": on_page})
        return people.order_by(rank, *by_name)[part.start - before : part.stop - before]

    def _groups_on(self, part: slice) -> tuple[list[Any], int]:
        """Return the groups of which somebody is on a page, and how many people stand before."""
        rows = self.people.order_by().values_list(self.column).annotate(n=Count("*"))
        counts = dict(rows)
        on_page, before, seen = [], 0, 0
        for group in reversed(self.groups) if self.sign else self.groups:
            size = counts.get(group, 0)
            if seen + size <= part.start:
                before += size
            elif seen < part.stop and size:
                on_page.append(group)
            seen += size
        return on_page, before


def in_order(people: PeopleList, sort: str, sites: Sequence[tuple[str, str]]) -> InOrder:
    """Sort people by ``name``, ``site`` or ``language``, as their names are in this language.

    A minus turns it round; what is none of these is the order by name. ``sites`` are all that may
    be chosen, in order.
    """
    sign, key = ("-", sort[1:]) if sort.startswith("-") else ("", sort)
    if key == "site":
        return InOrder(people.found, sign, "site", [int(value) for value, _name in sites])
    if key == "language":
        codes = people.found.order_by().values_list("language", flat=True).distinct()
        groups = sorted(codes, key=lambda code: (language_title(code), code))
        return InOrder(people.found, sign, "language", groups)
    return InOrder(people.found, sign if key == "name" else "")


def site_counts(people: PeopleList) -> list[SiteCount]:
    """Return the sites of some people with their number by language (two queries at most)."""
    by_site: dict[int, Counter[str]] = defaultdict(Counter)
    for site, language, count in _counts(people):
        by_site[site][language] += count
    sites = Site.objects.filter(pk__in=by_site).select_related("region")
    return [_site_count(site, list(by_site[site.pk].items())) for site in sites]


def _counts(people: PeopleList) -> Iterable[tuple[int, str, int]]:
    """Count people by site and language; all of them are counted already."""
    if not people.filters:
        return ((one.site, one.language, one.people) for one in people.heads)
    rows = people.found.order_by().values_list("site", "language")
    return rows.annotate(n=Count("*"))


def _site_count(site: Site, readers: Sequence[tuple[str, int]]) -> SiteCount:
    most_first = sorted(readers, key=lambda row: (-row[1], row[0]))
    return SiteCount(
        pk=site.pk,
        name=site.name,
        region=site.region.name,
        people=sum(count for _language, count in readers),
        languages=tuple((code, language_title(code), count) for code, count in most_first),
    )


def choices_of(reader: Reader, heads: Collection[Heads]) -> Choices:
    """Return what may be chosen, all within the scope, of those counted (four queries)."""
    sites = Site.objects.within(reader.scope).filter(wave_sites__wave__programme=reader.programme)
    regions = Region.objects.filter(sites__in=sites).distinct()
    waves = Wave.objects.within(reader.scope)
    lines = BusinessLine.objects.filter(pk__in={one.business_line for one in heads} - {None})
    named = sorted((language_title(code), code) for code in {one.language for one in heads})
    return Choices(
        waves=_words((wave.pk, wave.name) for wave in waves),
        regions=_words((region.slug, region.name) for region in regions),
        sites=_words((site.pk, site.name) for site in sites),
        languages=[(code, name) for name, code in named],
        business_lines=_words((line.pk, line.name) for line in lines),
        employers=[(name, name) for name in sorted({one.employer for one in heads} - {""})],
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
