"""Who was reached by one message: how many in a wave or the like, and their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from communications.dispatches.models import Bounce, Delivery, Dispatch, Post
from communications.dispatches.queries.unplanned import coming_people
from communications.mailroom.models import State
from communications.messages.models import Approval
from communications.messages.rendering import reading_language
from programmes.models import Site, WaveSite
from programmes.scope import Scope
from stakeholders.models import Person
from stakeholders.people.models.person import PersonQuerySet

# What people may be asked for by, and the parts of them; empty is all.
DIMENSIONS = ("wave", "region", "site", "language")
PARTS = ("", "reached", "possible")
NOWHERE = "none"
# A site and the language of the personnel files.
CellKey = tuple[int, str]


@dataclass(frozen=True)
class Reach:
    """``reached`` of ``people``; each person counts once.

    ``possible`` are further people who work where a group was told: whether they read it, nobody
    knows, so they are never counted as reached.
    """

    people: int = 0
    reached: int = 0
    possible: int = 0

    def __add__(self, other: "Reach") -> "Reach":
        """Return the reach of two groups that share nobody."""
        return Reach(
            self.people + other.people,
            self.reached + other.reached,
            self.possible + other.possible,
        )

    @property
    def share(self) -> float:
        """Return the fraction reached, 0 to 1."""
        return self.reached / self.people if self.people else 0.0

    @property
    def possible_share(self) -> float | None:
        """Return the fraction reached at most, 0 to 1; None where no group was told."""
        return (self.reached + self.possible) / self.people if self.possible else None


@dataclass(frozen=True)
class ReachedGroup:
    """The reach of one message in a wave, region, site or language.

    ``key`` is how an address names it; ``name`` is empty where it is in none, and the code of a
    language.
    """

    key: str
    name: str
    reach: Reach


@dataclass(frozen=True)
class MessageReach:
    """Who was reached by one message within a scope.

    Attributes:
        dispatch: its sending.
        version: what goes on being sent; None if nothing does.
        scope: of the reader.
        cells: the reach by site and language; those who are still to come count among the people.
        told: the ids of sites where a post of it was sent.
        places: names of waves, regions and sites by their keys, by the id of a site.

    """

    dispatch: Dispatch
    version: Approval | None
    scope: Scope
    cells: Mapping[CellKey, Reach]
    told: frozenset[int]
    places: Mapping[int, Mapping[str, tuple[str, str]]]

    @property
    def total(self) -> Reach:
        return sum(self.cells.values(), Reach())

    @cached_property
    def ready(self) -> tuple[str, ...]:
        return tuple(self.version.frozen.languages) if self.version else ()

    def named(self, cell: CellKey, dimension: str) -> tuple[str, str]:
        """Return key and name of the wave, region, site or language in which a cell counts."""
        site, code = cell
        if dimension != "language":
            return self.places[site].get(dimension, (NOWHERE, ""))
        reads = reading_language(code, self.ready) or code
        return reads, reads

    def groups(self, dimension: str) -> list[ReachedGroup]:
        """Return the reach by wave, region, site or language, the largest group first."""
        found: dict[tuple[str, str], Reach] = {}
        for cell, reach in self.cells.items():
            place = self.named(cell, dimension)
            found[place] = found.get(place, Reach()) + reach
        groups = [ReachedGroup(key, name, reach) for (key, name), reach in found.items()]
        return sorted(groups, key=lambda group: (-group.reach.people, group.name))

    def grid(self, languages: Sequence[str]) -> list[tuple[ReachedGroup, list[Reach]]]:
        """Return the reach of each site by these languages, the largest site first."""
        found: dict[tuple[str, str], Reach] = {}
        for cell, reach in self.cells.items():
            place = self.named(cell, "site")[0], self.named(cell, "language")[0]
            found[place] = found.get(place, Reach()) + reach
        return [
            (site, [found.get((site.key, code), Reach()) for code in languages])
            for site in self.groups("site")
        ]

    def at(self, wish: Mapping[str, str]) -> dict[CellKey, Reach]:
        """Return the cells that a wish names by keys of dimensions; empty keys are all."""
        wanted = [(name, wish[name]) for name in DIMENSIONS if wish.get(name)]
        return {
            cell: reach
            for cell, reach in self.cells.items()
            if all(self.named(cell, name)[0] == key for name, key in wanted)
        }

    def people(self, part: str, wish: Mapping[str, str]) -> PersonQuerySet:
        """Return the people of a part of some cells, one by one: as many as the cells count.

        The cells are in view, and so are their sites.
        """
        cells = self.at(wish)
        sites, codes = {site for site, _code in cells}, {code for _site, code in cells}
        rows = _rows(self.dispatch, self.scope).filter(site__in=sites, person__language__in=codes)
        told = Q(site__in=self.told) if part == "possible" else Q()
        if part:
            rows = rows.filter(reached() if part == "reached" else ~reached() & told)
        found = Q(pk__in=rows.values("person"))
        if part != "reached" and self.version is not None:
            coming = coming_people(self.version, self.dispatch).filter(told)
            found |= Q(pk__in=coming.filter(site__in=sites, language__in=codes).values("pk"))
        return Person.objects.filter(found)

    def languages_of(self, people: Sequence[Person]) -> dict[int, str]:
        """Return by id the language of the email that each got, or will get (one query)."""
        rows = _rows(self.dispatch, self.scope).filter(person__in=[one.pk for one in people])
        got = dict(rows.exclude(language="").values_list("person", "language"))
        return {
            one.pk: got.get(one.pk) or self.named((one.site_id, one.language), "language")[0]
            for one in people
        }


def reach_of(dispatch: Dispatch, version: Approval | None, scope: Scope) -> MessageReach:
    """Return the reach of a message in view, in five queries at most.

    Reached is who has a mail that was taken and has not come back. Who has none and works where
    a post of it was sent is possible, and stands apart.
    """
    coming = version if dispatch.cancelled_at is None else None
    told = frozenset(_sent_posts(dispatch).values_list("sites", flat=True))
    cells = {
        (site, language): Reach(n, got, n - got if site in told else 0)
        for (site, language), (n, got) in _counted(dispatch, coming, scope).items()
    }
    return MessageReach(dispatch, coming, scope, cells, told, _places(scope))


def reached() -> Q:
    """Return which rows of the ledger have reached their person."""
    back = Exists(Bounce.objects.filter(delivery=OuterRef("pk")))
    return Q(state=State.SENT) & ~Q(back)


def _sent_posts(dispatch: Dispatch) -> QuerySet[Post]:
    return Post.objects.filter(dispatch=dispatch, state=State.SENT).order_by()


def _rows(dispatch: Dispatch, scope: Scope) -> QuerySet[Delivery]:
    rows: QuerySet[Delivery] = Delivery.objects.within(scope)
    return rows.filter(dispatch=dispatch).order_by()


def _places(scope: Scope) -> dict[int, dict[str, tuple[str, str]]]:
    waves = WaveSite.objects.within(scope).values_list("site", "wave", "wave__name")
    found = {
        site: {"site": (f"{site}", name), "region": (f"{region}", region_name)}
        for site, name, region, region_name in Site.objects.within(scope).values_list(
            "pk", "name", "region", "region__name"
        )
    }
    for site, wave, name in waves:
        found.setdefault(site, {})["wave"] = (f"{wave}", name)
    return found


def _counted(
    dispatch: Dispatch, version: Approval | None, scope: Scope
) -> dict[CellKey, tuple[int, int]]:
    """Count people and those reached, by site and the language of the personnel files."""
    got = Count("pk", filter=reached())
    rows = _rows(dispatch, scope).values_list("site", "person__language")
    found = {
        (site, language): (n, reached_now)
        for site, language, n, reached_now in rows.annotate(n=Count("*"), reached=got)
    }
    if version is None:
        return found
    coming = coming_people(version, dispatch).within(scope).order_by()
    for site, language, n in coming.values_list("site", "language").annotate(n=Count("*")):
        people, reached_now = found.get((site, language), (0, 0))
        found[site, language] = (people + n, reached_now)
    return found
