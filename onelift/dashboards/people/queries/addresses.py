"""Addresses at which mails come back: whose they are, what the server said, since when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from communications.dispatches.queries.reach import people_in
from communications.mailroom.channels.verdict import words_of
from programmes.models import Programme, Region, Site
from programmes.scope import Scope
from stakeholders.models import Person
from stakeholders.people.models.person import PersonQuerySet

_AT_ONCE = 2_000


@dataclass(frozen=True)
class BadAddress:
    """One person whose row in the personnel file is to be mended.

    ``words`` say what is wrong, ``said`` is the server's reply as it came.
    """

    person: Person
    words: str
    said: str


def people_with_bad_addresses(programme: Programme, scope: Scope) -> PersonQuerySet:
    """Return the active people at the sites of the programme whose address does not work."""
    return people_in(programme, scope).with_bad_address()


def bad_addresses_at(programme: Programme, scope: Scope, place: Site | Region) -> int:
    """Return how many addresses do not work at a site or in a region (one query).

    Whoever may not read them is told of none.
    """
    if not scope.may("address.read"):
        return 0
    found = people_with_bad_addresses(programme, scope)
    here = Q(site=place) if isinstance(place, Site) else Q(site__region=place)
    return found.filter(here).count()


def sites_of(people: PersonQuerySet) -> list[tuple[int, str, int]]:
    """Return the sites of some people with how many there are, by name (one query)."""
    rows = people.order_by("site__name").values_list("site", "site__name")
    return list(rows.annotate(n=Count("*")))


def in_order(people: PersonQuerySet) -> PersonQuerySet:
    """Return people site by site, with what a row shows."""
    return people.select_related("site").order_by("site__name", "folded_name", "pk")


def rows_of(people: Iterable[Person]) -> Iterator[BadAddress]:
    for person in people:
        said = person.address_refused_reason
        yield BadAddress(person, words_of(said), said)


def cells_of(people: PersonQuerySet) -> Iterator[list[Any]]:
    """Yield the cells of a file, in the order of its headings."""
    for row in rows_of(in_order(people).iterator(_AT_ONCE)):
        one, since = row.person, row.person.address_refused_at
        who = [one.personnel_number, one.last_name, one.first_name, one.email, one.site.name]
        yield [*who, row.words, row.said, since.date() if since else ""]
