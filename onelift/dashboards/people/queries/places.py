"""Sites, regions and business lines by their people: who reads what, where, from when."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from communications.dispatches.queries.plans import places_of
from communications.messages.rendering.language import reading_language
from programmes.design.collation import SortKey, name_key
from programmes.design.formats import language_name
from programmes.models import BusinessLine, Programme, Site, WaveSite
from programmes.scope import Scope
from programmes.timing import holidays_of, rest_on
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.crowd import crowd_of
from stakeholders.audiences.queries.people import Heads, heads_of
from stakeholders.models import Persona

HOLIDAYS = 6
AHEAD = timedelta(days=365)


@dataclass(frozen=True)
class LanguageCount:
    """How many people read a language; ``gets`` is another whose texts they get, or empty."""

    code: str
    people: int
    gets: str


@dataclass(frozen=True)
class Named:
    """Something with a number of people.

    ``key`` is its value in the filter of the people list, ``query`` that filter itself.
    """

    key: str
    name: str
    people: int
    query: str = ""


@dataclass(frozen=True)
class Crew:
    """Some people, counted by what they read; ``other`` of them get another language."""

    heads: tuple[Heads, ...]
    written: tuple[str, ...]

    @cached_property
    def people(self) -> int:
        """Return how many there are."""
        return sum(heads.people for heads in self.heads)

    @cached_property
    def languages(self) -> list[LanguageCount]:
        """Return what they read, most read first."""
        counts: Counter[str] = Counter()
        for heads in self.heads:
            counts[heads.language] += heads.people
        ranked = sorted(counts.items(), key=lambda item: (-item[1], language_name(item[0])))
        return [LanguageCount(code, n, self._gets(code)) for code, n in ranked]

    @property
    def other(self) -> int:
        """Return how many get texts in another language than they read."""
        return sum(one.people for one in self.languages if one.gets)

    @cached_property
    def sites(self) -> Counter[int]:
        """Return how many work where."""
        counts: Counter[int] = Counter()
        for heads in self.heads:
            counts[heads.site] += heads.people
        return counts

    @cached_property
    def lines(self) -> Counter[int | None]:
        """Return how many have which business line; None is none."""
        counts: Counter[int | None] = Counter()
        for heads in self.heads:
            counts[heads.business_line] += heads.people
        return counts

    def at(self, sites: Collection[int]) -> "Crew":
        return Crew(tuple(one for one in self.heads if one.site in sites), self.written)

    def of_line(self, line: int | None) -> "Crew":
        return Crew(tuple(one for one in self.heads if one.business_line == line), self.written)

    def _gets(self, code: str) -> str:
        found = reading_language(code, self.written) or "en"
        return "" if found == code else found


@dataclass(frozen=True)
class PlaceRow:
    """A site in its wave, with its people; ``state`` is planned, live or run."""

    place: WaveSite
    crew: Crew
    state: str

    @property
    def site(self) -> Site:
        return self.place.site

    @property
    def query(self) -> str:
        """Return the query of the people list that means its people."""
        return f"site={self.site.pk}"

    @property
    def live_on(self) -> date:
        day: date = self.place.live_on
        return day


@dataclass(frozen=True)
class Map:
    """All sites of a programme in view with their people; ``now`` is the moment of it all."""

    rows: list[PlaceRow]
    crew: Crew
    now: datetime

    def in_region(self, region: int) -> "Map":
        rows = [row for row in self.rows if row.site.region_id == region]
        return Map(rows, self.crew.at({row.site.pk for row in rows}), self.now)

    def resting(self, wave: int | None) -> "Map":
        """Return the sites that go live on a day of rest, if wished of one wave (its id)."""
        rows = [row for row in self.rows if rest_on(row.live_on, row.site)]
        rows = [row for row in rows if wave in (None, row.place.wave_id)]
        return Map(rows, self.crew.at({row.site.pk for row in rows}), self.now)

    @property
    def next_row(self) -> PlaceRow | None:
        """Return the site that goes live next."""
        return min(self._coming, key=lambda row: row.live_on, default=None)

    @property
    def live(self) -> int:
        """Return how many sites have gone live."""
        return sum(row.state != "planned" for row in self.rows)

    @property
    def _coming(self) -> Iterable[PlaceRow]:
        return (row for row in self.rows if row.state == "planned")


def map_of(programme: Programme, scope: Scope, now: datetime) -> Map:
    """Return the sites of a programme within a scope, in two queries."""
    places = places_of(scope)
    crew = Crew(tuple(heads_of(programme, scope)), tuple(programme.languages))
    by_site: dict[int, list[Heads]] = {place.site_id: [] for place in places}
    for heads in crew.heads:
        by_site[heads.site].append(heads)
    rows = [
        PlaceRow(
            place, Crew(tuple(by_site[place.site_id]), crew.written), _state(place, now.date())
        )
        for place in sorted(places, key=lambda place: _site_key(place.site))
    ]
    return Map(rows, crew, now)


def _state(place: WaveSite, today: date) -> str:
    state = place.wave.state_on(today)
    if state == "run":
        return state
    return "live" if place.live_on <= today else "planned"


def sorted_rows(rows: Iterable[PlaceRow], sort: str) -> list[PlaceRow]:
    """Sort sites by ``name``, ``region``, ``live`` (go-live) or ``people``; a minus turns round."""
    keys = {
        "name": lambda row: _site_key(row.site),
        "region": lambda row: (name_key(row.site.region.name), _site_key(row.site)),
        "live": lambda row: (row.live_on, _site_key(row.site)),
        "people": lambda row: (row.crew.people, _site_key(row.site)),
    }
    key = keys.get(sort.removeprefix("-"), keys["name"])
    return sorted(rows, key=key, reverse=sort.startswith("-"))


def _site_key(site: Site) -> SortKey:
    return name_key(site.name, site.latin_name)


@dataclass(frozen=True)
class RegionRow:
    """A region with its sites and people."""

    slug: str
    name: str
    map: Map

    @property
    def query(self) -> str:
        """Return the query of the people list that means its people."""
        return f"region={self.slug}"


def region_rows(found: Map) -> list[RegionRow]:
    """Return the regions that have a site in the map, by name."""
    regions = {row.site.region_id: row.site.region for row in found.rows}
    rows = [RegionRow(r.slug, r.name, found.in_region(r.pk)) for r in regions.values()]
    return sorted(rows, key=lambda row: name_key(row.name))


def lines_in(crew: Crew, names: Mapping[int, str]) -> list[Named]:
    """Return the business lines of some people, the largest first; who has none comes last."""
    known = [_line(str(pk), names[pk], n) for pk, n in crew.lines.items() if pk is not None]
    none = crew.lines[None]
    ranked = sorted(known, key=lambda line: (-line.people, line.name))
    return ranked + ([_line("none", "", none)] if none else [])


def _line(key: str, name: str, people: int) -> Named:
    return Named(key, name, people, query=f"business_line={key}")


def line_names(crew: Crew) -> dict[int, str]:
    """Return the names of the business lines of some people (one query)."""
    return dict(
        BusinessLine.objects.filter(pk__in=crew.lines.keys() - {None}).values_list("pk", "name")
    )


def waves_in(rows: Iterable[PlaceRow], crew: Crew) -> list[Named]:
    """Return the waves of some people, in the order of the waves."""
    waves = {row.place.wave_id: row.place.wave for row in rows}
    counts: Counter[int] = Counter()
    for row in rows:
        counts[row.place.wave_id] += crew.sites[row.site.pk]
    ranked = sorted(waves.values(), key=lambda wave: (wave.order, wave.go_live_on, wave.pk))
    return [Named(str(w.pk), w.name, counts[w.pk]) for w in ranked if counts[w.pk]]


def sites_in(rows: Iterable[PlaceRow], crew: Crew) -> list[Named]:
    """Return the sites of some people, the largest first."""
    found = [Named(str(row.site.pk), row.site.name, crew.sites[row.site.pk]) for row in rows]
    return sorted((one for one in found if one.people), key=lambda one: (-one.people, one.name))


def holidays_at(site: Site, now: datetime) -> list[tuple[date, str]]:
    """Return the next public holidays of a site within a year, with their English names."""
    today = now.astimezone(ZoneInfo(site.time_zone)).date()
    years = (today.year, today.year + 1)
    days = {day: name for y in years for day, name in holidays_of(site, y).items()}
    return sorted((d, n) for d, n in days.items() if today <= d <= today + AHEAD)[:HOLIDAYS]


def personas_in(
    programme: Programme, scope: Scope, sites: Collection[int], lines: Collection[int] = ()
) -> list[Named]:
    """Return the personas of the people at sites, of business lines if any are named.

    Most people first (eight queries at most).
    """
    personas = list(Persona.objects.within(scope).with_rule())
    rules = [
        Rule(programme=programme.pk, business_lines=tuple(lines), personas=(one.rule(),))
        for one in personas
    ]
    crowd = crowd_of(sites, scope, rules)
    people = [crowd.meant(rule, sites) for rule in rules]
    named = [Named(p.slug, p.name, n) for p, n in zip(personas, people, strict=True) if n]
    return sorted(named, key=lambda one: -one.people)
