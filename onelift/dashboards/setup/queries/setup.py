"""The set-up of a programme: waves, their sites, the people there and what they read."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from babel.dates import get_day_names
from django.db.models import Count

from communications.messages.rendering import reading_language
from programmes.design.formats import language_name, locale_of, offset_name
from programmes.models import Programme, Site, Wave, WaveSite
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.scope import Scope
from programmes.timing import (
    Delay,
    holidays_of,
    instant,
    next_working_day,
    rest_on,
)
from stakeholders.models import Person


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
    country: str
    offset: str
    language: str
    people: int
    own_go_live_on: date | None
    live_on: date
    weekend: str
    is_pilot: bool
    remark: Remark | None


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
class LanguageRow:
    """How many people read a language, and which they read where it has no text, by name."""

    name: str
    people: int
    if_missing: str
    is_source: bool


@dataclass(frozen=True)
class SetupBoard:
    """What the page shows; sites and people are counted within the scope of its reader."""

    waves: tuple[WaveRow, ...]
    languages: tuple[LanguageRow, ...]
    sites: int
    people: int
    clashes: int
    without_wave: int


def setup_board(programme: Programme, scope: Scope, now: datetime) -> SetupBoard:
    """Return the set-up as a reader may see it, in four queries."""
    readers = _readers(scope)
    places = defaultdict(list)
    for place in _places(scope):
        places[place.wave_id].append(place)
    waves = tuple(
        _wave_row(wave, places[wave.pk], readers, now) for wave in Wave.objects.within(scope)
    )
    placed = {place.site_id for of_wave in places.values() for place in of_wave}
    return SetupBoard(
        waves=waves,
        languages=_languages(readers, placed, programme.languages),
        sites=len(placed),
        people=sum(wave.people for wave in waves),
        clashes=sum(wave.clashes for wave in waves),
        without_wave=Site.objects.within(scope).exclude(pk__in=placed).count(),
    )


def _places(scope: Scope) -> Iterable[WaveSite]:
    places = WaveSite.objects.within(scope)
    return places.select_related("site__region").order_by("site__name")


def _readers(scope: Scope) -> dict[int, dict[str, int]]:
    """Return the number of active people by site and language."""
    people = Person.objects.within(scope).active().order_by()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for site, language, count in people.values_list("site", "language").annotate(n=Count("*")):
        found[site][language] = count
    return found


def _wave_row(
    wave: Wave, places: list[WaveSite], readers: Mapping[int, Mapping[str, int]], now: datetime
) -> WaveRow:
    state = wave.state_on(now.date())
    sites = tuple(
        _site_row(place, wave, sum(readers.get(place.site_id, {}).values()), state)
        for place in places
    )
    return WaveRow(
        pk=wave.pk,
        name=wave.name,
        regions=tuple(sorted({place.site.region.name for place in places})),
        go_live_on=wave.go_live_on,
        state=state,
        people=sum(site.people for site in sites),
        sites=sites,
    )


def _site_row(place: WaveSite, wave: Wave, people: int, state: str) -> SiteRow:
    site, live_on = place.site, place.own_go_live_on or wave.go_live_on
    locale = locale_of()
    return SiteRow(
        pk=place.pk,
        name=site.name,
        country=locale.territories.get(site.country, site.country),
        offset=offset_name(instant(live_on, time(12), site.time_zone), site.time_zone),
        language=language_name(site.language),
        people=people,
        own_go_live_on=place.own_go_live_on,
        live_on=live_on,
        weekend=_weekday_names(site.weekend_days),
        is_pilot=site.is_pilot,
        remark=_remark(site, live_on) if state == "planned" else None,
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


def _languages(
    readers: Mapping[int, Mapping[str, int]], placed: Collection[int], written: list[str]
) -> tuple[LanguageRow, ...]:
    people: dict[str, int] = defaultdict(int)
    for site in placed:
        for language, count in readers.get(site, {}).items():
            people[language] += count
    most_first = sorted(people, key=lambda code: (-people[code], code))
    return tuple(
        LanguageRow(
            name=language_name(code),
            people=people[code],
            if_missing=language_name(_read_instead_of(code, written)),
            is_source=code == SOURCE_LANGUAGE,
        )
        for code in most_first
    )


def _read_instead_of(language: str, written: list[str]) -> str:
    """Return what is read by readers of a language that has no text."""
    others = [code for code in written if code != language]
    return reading_language(language, others) or SOURCE_LANGUAGE
