"""Who has been reached: persons with at least one mail that the server took."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from communications.dispatches.models import Bounce, Delivery, Dispatch, Post
from communications.dispatches.queries.unplanned import coming_people
from communications.mailroom.models import State
from communications.messages.models import Approval
from communications.messages.rendering import reading_language
from programmes.models import Programme, Site, WaveSite
from programmes.scope import Scope
from stakeholders.models import Contact, Person
from stakeholders.people.models.person import PersonQuerySet


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


def people_in(programme: Programme, scope: Scope) -> PersonQuerySet:
    """Return the active people at the sites of the programme, within the scope."""
    places = WaveSite.objects.filter(wave__programme=programme).values("site")
    return Person.objects.within(scope).active().filter(site__in=places)


def reached(people: PersonQuerySet, programme: Programme, since: datetime) -> PersonQuerySet:
    """Narrow to the people who got a mail of the programme since an instant (UTC)."""
    return people.filter(_contact(programme, since))


def unreached(people: PersonQuerySet, programme: Programme, since: datetime) -> PersonQuerySet:
    return people.filter(~_contact(programme, since))


def told_sites(programme: Programme, since: datetime) -> set[int]:
    """Return the ids of the sites where a group was told since an instant (UTC), in one query."""
    posts = Post.objects.filter(
        dispatch__message__programme=programme, state=State.SENT, ended_at__gte=since
    )
    return set(posts.order_by().values_list("sites", flat=True).distinct()) - {None}


def with_possible(reach: Mapping[int, Reach], told: Collection[int]) -> dict[int, Reach]:
    """Return the reach of sites with those who may have been reached where a group was told."""
    return {
        site: replace(own, possible=max(0, own.people - own.reached)) if site in told else own
        for site, own in reach.items()
    }


def _contact(programme: Programme, since: datetime) -> Exists:
    return Exists(Contact.objects.since(programme, since).filter(person=OuterRef("pk")))


def counts(people: PersonQuerySet, key: str) -> Counter[int]:
    """Count people by a column."""
    return Counter(dict(people.values_list(key).annotate(n=Count("*")).order_by()))


@dataclass(frozen=True)
class ReachedGroup:
    """The reach of one message in a wave, region or language; ``name`` is empty where in none."""

    name: str
    reach: Reach


@dataclass(frozen=True)
class MessageReach:
    """Whom one message has reached, in all and by group, the largest group first.

    ``languages`` have codes for names: those in which people read the message.
    """

    total: Reach
    waves: list[ReachedGroup]
    regions: list[ReachedGroup]
    languages: list[ReachedGroup]


def reach_of(dispatch: Dispatch, version: Approval | None, scope: Scope) -> MessageReach:
    """Return the reach of a message in view, in five queries at most.

    Reached is who has a mail that was taken and has not come back. Who has none and works where
    a post of it was sent is possible, and stands apart.
    """
    told = set(_sent_posts(dispatch).values_list("sites", flat=True))
    cells = {
        (site, language): Reach(n, got, n - got if site in told else 0)
        for (site, language), (n, got) in _counted(dispatch, version, scope).items()
    }
    places = WaveSite.objects.within(scope)
    waves = dict(places.values_list("site", "wave__name"))
    regions = dict(Site.objects.within(scope).values_list("pk", "region__name"))
    ready = version.frozen.languages if version else ()
    return MessageReach(
        total=sum(cells.values(), Reach()),
        waves=_grouped(cells, lambda site, _language: waves.get(site, "")),
        regions=_grouped(cells, lambda site, _language: regions.get(site, "")),
        languages=_grouped(cells, lambda _s, code: reading_language(code, ready) or code),
    )


def _sent_posts(dispatch: Dispatch) -> QuerySet[Post]:
    return Post.objects.filter(dispatch=dispatch, state=State.SENT).order_by()


def _counted(
    dispatch: Dispatch, version: Approval | None, scope: Scope
) -> dict[tuple[int, str], tuple[int, int]]:
    """Count people and those reached, by site and the language of the personnel files."""
    back = Exists(Bounce.objects.filter(delivery=OuterRef("pk")))
    rows = Delivery.objects.within(scope).filter(dispatch=dispatch).order_by()
    got = Count("pk", filter=Q(state=State.SENT) & ~Q(back))
    found = {
        (site, language): (n, reached)
        for site, language, n, reached in rows.values_list("site", "person__language").annotate(
            n=Count("*"), reached=got
        )
    }
    if version is None or dispatch.cancelled_at is not None:
        return found
    coming = coming_people(version, dispatch).within(scope).order_by()
    for site, language, n in coming.values_list("site", "language").annotate(n=Count("*")):
        people, reached = found.get((site, language), (0, 0))
        found[site, language] = (people + n, reached)
    return found


def _grouped(
    cells: Mapping[tuple[int, str], Reach], name_of: Callable[[int, str], str]
) -> list[ReachedGroup]:
    groups: dict[str, Reach] = {}
    for cell, reach in cells.items():
        name = name_of(*cell)
        groups[name] = groups.get(name, Reach()) + reach
    found = [ReachedGroup(name, reach) for name, reach in groups.items()]
    return sorted(found, key=lambda group: (-group.reach.people, group.name))
