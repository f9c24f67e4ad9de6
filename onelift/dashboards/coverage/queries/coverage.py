"""Coverage: of those who go live within some days and feel a high impact, who is informed."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from communications.dispatches.queries.reach import people_in
from onelift.dashboards.coverage.queries.shares import Share, affected, alike_at, with_informed
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import Crowd
from stakeholders.models import (
    Impact,
    Informed,
    InformedAsOf,
    InformedCount,
    Persona,
    Severity,
)
from stakeholders.people.models.person import PersonQuerySet
from stakeholders.register.queries.touched import touched_by

# How far ahead one looks who says nothing else.
DAYS = 42


@dataclass(frozen=True)
class Asked:
    """Whose coverage is asked for, on which day and for how many days ahead.

    ``wave``, ``region`` and ``site`` are the ids of the only ones asked for, and ``persona`` is
    the only one; None is all.
    """

    programme: Programme
    scope: Scope
    today: date
    days: int = DAYS
    wave: int | None = None
    region: int | None = None
    site: int | None = None
    persona: Persona | None = None


@dataclass(frozen=True)
class Group:
    """The coverage of a wave, region, site or persona; ``value`` is what addresses call it."""

    kind: str
    value: str
    label: str
    share: Share


@dataclass(frozen=True)
class Coverage:
    """The coverage in all and by group, those with most to inform first.

    ``as_of`` is the instant as of which the figures hold; None where nobody has counted yet.
    """

    total: Share
    waves: list[Group]
    regions: list[Group]
    sites: list[Group]
    personas: list[Group]
    as_of: datetime | None


def places_live_within(asked: Asked) -> list[WaveSite]:
    """Return the sites in view that go live today or within the days (one query)."""
    places = WaveSite.objects.within(asked.scope).dated().filter(wave__programme=asked.programme)
    narrow = {"wave": asked.wave, "site__region": asked.region, "site": asked.site}
    places = places.filter(**{name: pk for name, pk in narrow.items() if pk is not None})
    until = asked.today + timedelta(days=asked.days)
    soon = places.filter(live_on__gte=asked.today, live_on__lte=until)  # type: ignore[misc]
    return list(soon.select_related("wave", "site__region"))


def high_impacts(programme: Programme) -> list[Impact]:
    """Return the high impacts of a programme with whom they touch, in queries that are fixed."""
    present = Impact.objects.of(programme).present()
    return list(present.filter(severity__gte=Severity.HIGH).with_felt())


def covered_people(
    asked: Asked, places: Iterable[WaveSite], impacts: Iterable[Impact]
) -> PersonQuerySet:
    """Return the people in view at some sites whom some impacts touch."""
    there = people_in(asked.programme, asked.scope).filter(site__in=[p.site_id for p in places])
    own = asked.persona.rule().condition() if asked.persona else Q()
    return there.filter(touched_by(impacts), own).order_by()


def lacking_people(asked: Asked) -> PersonQuerySet:
    """Return who is affected, goes live within the days and is not informed."""
    people = covered_people(asked, places_live_within(asked), high_impacts(asked.programme))
    return people.filter(~Informed.objects.of(asked.programme).by_name().of_person())


def lacking_by_wave(asked: Asked, known: Iterable[WaveSite]) -> dict[int, int]:
    """Count the same by wave id from counts, given dated places; a wave without is not there.

    The number of queries is fixed; it is none where nobody goes live within the days.
    """
    until = asked.today + timedelta(days=asked.days)
    places = [place for place in known if asked.today <= place.live_on <= until]
    if not places:
        return {}
    impacts = high_impacts(asked.programme)
    found: Counter[int] = Counter()
    for group in affected(alike_at(places, asked.programme, asked.scope, _whom(impacts)), impacts):
        found[group.place.wave_id] += group.share.uninformed
    return dict(+found)


def _whom(impacts: Iterable[Impact]) -> list[Persona]:
    return [one for impact in impacts for one in impact.personas.all()]


def coverage_of(asked: Asked) -> Coverage:
    """Return the coverage of who goes live within the days, in a fixed number of queries."""
    places, impacts = places_live_within(asked), high_impacts(asked.programme)
    found = _whom(impacts)
    personas = {one.pk: one for one in ([asked.persona] if asked.persona else found)}
    there = alike_at(places, asked.programme, asked.scope, [*found, *personas.values()])
    people = [
        group
        for group in affected(there, impacts)
        if asked.persona is None or asked.persona.pk in group.meant
    ]
    by_site: dict[int, Share] = defaultdict(Share)
    by_persona: dict[int, Share] = defaultdict(Share)
    for group in people:
        by_site[group.place.site_id] += group.share
        for pk in group.meant & personas.keys():
            by_persona[pk] += group.share
    return Coverage(
        total=sum(by_site.values(), Share()),
        waves=_grouped(by_site, places, "wave"),
        regions=_grouped(by_site, places, "region"),
        sites=_grouped(by_site, places, "site"),
        personas=_ordered(
            Group("persona", one.slug, one.name, by_persona[one.pk]) for one in personas.values()
        ),
        as_of=as_of(asked.programme),
    )


def as_of(programme: Programme) -> datetime | None:
    """Return the instant as of which it is known who is informed (one query)."""
    found = InformedAsOf.objects.filter(programme=programme).values_list("as_of", flat=True)
    return next(iter(found), None)


def _grouped(by_site: dict[int, Share], places: Iterable[WaveSite], kind: str) -> list[Group]:
    shares: dict[tuple[str, str], Share] = defaultdict(Share)
    for place in places:
        names = {
            "wave": (str(place.wave_id), place.wave.name),
            "region": (place.site.region.slug, place.site.region.name),
            "site": (str(place.site_id), place.site.name),
        }
        shares[names[kind]] += by_site.get(place.site_id, Share())
    return _ordered(Group(kind, value, label, share) for (value, label), share in shares.items())


def _ordered(groups: Iterable[Group]) -> list[Group]:
    found = (group for group in groups if group.share.people)
    return sorted(found, key=lambda group: (-group.share.uninformed, group.label))


def informed_by_site(crowd: Crowd, programme: Programme) -> dict[int, Share]:
    """Return how many of a crowd are informed, by site id, in one query."""
    known = InformedCount.objects.of(programme).by("site")
    return {
        site: Share.of(people, *known.get((site,), (0, 0)))
        for site, people in crowd.by_site.items()
    }


def share_by_wave(programme: Programme, scope: Scope, at: datetime) -> dict[int, Share]:
    """Return who of each wave is informed at an instant (UTC), by wave id, in two queries.

    It counts all people in view at the wave's sites; as far as it is known today, also for the
    past.
    """
    places = WaveSite.objects.filter(wave__programme=programme)
    wave_of = dict(places.values_list("site", "wave"))
    people = with_informed(people_in(programme, scope), programme).order_by()
    rows = people.values_list("site").annotate(
        n=Count("pk"),
        by_name=Count("known__pk", filter=Q(known__informed_at__lte=at)),
        by_chance=Count("known__pk", filter=Q(known__informed_at__isnull=True)),
    )
    found: dict[int, Share] = dict.fromkeys(wave_of.values(), Share())
    for site, *numbers in rows:
        found[wave_of[site]] += Share(*numbers)
    return found
