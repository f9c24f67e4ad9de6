"""What an impact holds, in words; which others it resembles; who may confirm it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from programmes.design.folding import folded
from programmes.models import Programme, Region, Site
from programmes.scope import Scope
from stakeholders.accounts.models import Role, User
from stakeholders.register.models import Impact

TEXTS = ("name", "before", "after", "benefit", "risk")
PLAIN = (
    *TEXTS,
    *("dimension", "severity", "stream", "wave", "offset_days", "until_days", "owner", "service"),
)
RELATIONS = ("personas", "sites", "business_lines", "supports")
# Names as alike as this, in letters or in words, are shown; 1 is the same.
ALIKE = 0.6
MOST_ALIKE = 5
SHORTEST = 4


def held(impact: Impact) -> dict[str, str]:
    """Return what an impact holds, column by column, as the trail tells it."""
    plain = {name: said(getattr(impact, name)) for name in PLAIN}
    sets = {name: _names(getattr(impact, name).all()) for name in RELATIONS}
    return plain | sets


def said(value: object) -> str:
    """Return a value as the trail tells it."""
    return "" if value is None else str(value)


def said_of(value: Any) -> str:
    """Return a value, or the rows of a relation, as the trail tells them."""
    return (
        _names(value) if isinstance(value, Iterable) and not isinstance(value, str) else said(value)
    )


def _names(rows: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, rows)))


@dataclass(frozen=True)
class Alike:
    """What may be the same as the impact that is being written; a row of a file has no key."""

    pk: int | None
    reference: str
    name: str
    likeness: float


def alike_to(name: str, scope: Scope, besides: int | None = None) -> list[Alike]:
    """Return the impacts in view whose names resemble one, the most alike first (one query)."""
    others = Impact.objects.within(scope).present().exclude(pk=besides or 0).order_by()
    return alike_among(name, others.only("pk", "number", "name"))


def alike_among(name: str, others: Iterable[Impact | Alike]) -> list[Alike]:
    """Return which of some impacts have names that resemble one, the most alike first."""
    wanted = folded(name)
    if len(wanted) < SHORTEST:
        return []
    letters = SequenceMatcher(None, "", wanted, autojunk=False)
    words = set(wanted.split())
    found = [
        Alike(one.pk, one.reference, one.name, likeness)
        for one in others
        if (likeness := _likeness(words, letters, folded(one.name))) >= ALIKE
    ]
    return sorted(found, key=lambda one: (-one.likeness, one.reference))[:MOST_ALIKE]


def _likeness(words: set[str], letters: "SequenceMatcher[str]", other: str) -> float:
    """Return the share of words or of letters that two folded texts share, whichever is more.

    Letters are compared only where their counts alone leave it possible: a file has many names.
    """
    others = set(other.split())
    shared = len(words & others) / (len(words | others) or 1)
    letters.set_seq1(other)
    if letters.real_quick_ratio() < ALIKE or letters.quick_ratio() < ALIKE:
        return shared
    return max(shared, letters.ratio())


@dataclass(frozen=True)
class Seats:
    """For whom a user may confirm impacts: the streams they lead, the regions they look after."""

    streams: Collection[int] = ()
    regions: Collection[int] = ()


def seats_of(user: User, programme: Programme) -> Seats:
    """Return them from the roles of a user in a programme (one query)."""
    roles = Role.objects.filter(user=user, programme=programme)
    kinds = {Role.Kind.STREAM_LEADER, Role.Kind.REGIONAL_IT_MANAGER}
    rows = list(roles.filter(kind__in=kinds).values_list("kind", "stream", "region"))
    return Seats(
        streams=frozenset(s for kind, s, _r in rows if kind == Role.Kind.STREAM_LEADER and s),
        regions=frozenset(r for kind, _s, r in rows if kind == Role.Kind.REGIONAL_IT_MANAGER and r),
    )


def regions_of(impact: Impact, scope: Scope) -> list[Region]:
    """Return the regions in view that feel an impact where it is felt by its sites or waves."""
    places = impact.programme.waves.all()
    if impact.wave_id:
        places = places.filter(pk=impact.wave_id)
    regions = Region.objects.within(scope).filter(sites__wave_sites__wave__in=places.values("pk"))
    if sites := [site.pk for site in impact.sites.all()]:
        regions = regions.filter(sites__in=sites)
    return list(regions.distinct())


def hidden_sites(impact: Impact, scope: Scope) -> list[Site]:
    """Return the sites that an impact names out of view: whoever writes it leaves them there."""
    if scope.regions is None or impact.pk is None:
        return []
    return [site for site in impact.sites.all() if site.region_id not in scope.regions]
