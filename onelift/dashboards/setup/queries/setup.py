"""The set-up of a programme: waves, their sites, and the people there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from babel.dates import get_day_names

from onelift.dashboards.setup.queries.languages import readers_by_site
from programmes.design.collation import name_key
from programmes.design.formats import language_title, locale_of, offset_name
from programmes.models import Site, Wave, WaveSite
from programmes.scope import Scope
from programmes.timing import (
    Delay,
    holidays_of,
    instant,
    next_working_day,
    rest_on,
)


@dataclass(frozen=True)
class Remark:
    """Why a go-live is badly chosen.

    Attributes:
        is_holiday: a public holiday, or else a day of the weekend.
        name: of the holiday or the weekday.
        take_on: the next working day of the site.

    """

    is_holiday: bool
    name: str
    take_on: date


@dataclass(frozen=True)
class SiteRow:
    """A site in its wave. ``pk`` is the id of the place in the wave, not of the site."""

    pk: int
    name: str
    latin_name: str
    country: str
    offset: str
    language: str
    people: int
    own_go_live_on: date | None
    live_on: date
    weekend: str
    is_pilot: bool
    remark: Remark | None
    is_ahead: bool


@dataclass(frozen=True)
class WaveRow:
    """A wave with its sites in view; ``state`` is planned, live or run."""

    pk: int
    name: str
    regions: tuple[str, ...]
    go_live_on: date
    state: str
    people: int
    sites: tuple[SiteRow, ...]

    @property
    def clashes(self) -> int:
        """Return how many sites have a date on a day of rest."""
        return sum(1 for site in self.sites if site.remark)


@dataclass(frozen=True)
class SetupBoard:
    """What the page shows; sites and people are counted within the scope of its reader."""

    waves: tuple[WaveRow, ...]
    sites: int
    people: int
    clashes: int
    without_wave: int


def setup_board(scope: Scope, now: datetime) -> SetupBoard:
    """Return the set-up as a reader may see it, in four queries."""
    readers = readers_by_site(scope)
    places = defaultdict(list)
    for place in _places(scope):
        places[place.wave_id].append(place)
    waves = tuple(
        _wave_row(wave, places[wave.pk], readers, now) for wave in Wave.objects.within(scope)
    )
    placed = {place.site_id for of_wave in places.values() for place in of_wave}
    return SetupBoard(
        waves=waves,
        sites=len(placed),
        people=sum(wave.people for wave in waves),
        clashes=sum(wave.clashes for wave in waves),
        without_wave=Site.objects.within(scope).exclude(pk__in=placed).count(),
    )


def _places(scope: Scope) -> Iterable[WaveSite]:
    places = WaveSite.objects.within(scope).select_related("site__region")
    return sorted(places, key=lambda place: name_key(place.site.name, place.site.latin_name))


def _wave_row(
    wave: Wave, places: list[WaveSite], readers: Mapping[int, Mapping[str, int]], now: datetime
) -> WaveRow:
    state = wave.state_on(now.date())
    sites = tuple(
        _site_row(place, wave, sum(readers.get(place.site_id, {}).values()), now.date())
        for place in places
    )
    return WaveRow(
        pk=wave.pk,
        name=wave.name,
        regions=tuple(sorted({place.site.region.name for place in places}, key=name_key)),
        go_live_on=wave.go_live_on,
        state=state,
        people=sum(site.people for site in sites),
        sites=sites,
    )


def _site_row(place: WaveSite, wave: Wave, people: int, today: date) -> SiteRow:
    site, live_on = place.site, place.own_go_live_on or wave.go_live_on
    locale = locale_of()
    return SiteRow(
        pk=place.pk,
        name=site.name,
        latin_name=site.latin_name,
        country=locale.territories.get(site.country, site.country),
        offset=offset_name(instant(live_on, time(12), site.time_zone), site.time_zone),
        language=language_title(site.language),
        people=people,
        own_go_live_on=place.own_go_live_on,
        live_on=live_on,
        weekend=_weekday_names(site.weekend_days),
        is_pilot=site.is_pilot,
        remark=_remark(site, live_on) if wave.state_on(today) == "planned" else None,
        is_ahead=live_on > today,
    )


def _remark(site: Site, live_on: date) -> Remark | None:
    reason = rest_on(live_on, site)
    if not reason:
        return None
    weekday = get_day_names("wide", "stand-alone", locale_of())[live_on.weekday()]
    is_holiday = reason == Delay.HOLIDAY
    return Remark(
        is_holiday=is_holiday,
        name=holidays_of(site, live_on.year)[live_on] if is_holiday else weekday,
        take_on=next_working_day(live_on, site),
    )


def _weekday_names(iso_days: str) -> str:
    names = get_day_names("abbreviated", "stand-alone", locale_of())
    return " ".join(names[int(digit) - 1] for digit in iso_days)
