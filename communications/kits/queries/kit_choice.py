"""Which kits there are in view, and which of them is wanted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from communications.kits.models import KitFile
from communications.messages.queries.content import places_in
from programmes.design.formats import language_title
from programmes.models import Programme, Region, Wave, WaveSite
from programmes.scope import Scope


@dataclass(frozen=True)
class Where:
    """The kit of one wave in one region, among those in view; without a wave there is none.

    ``places`` are all sites in view whose wave has a kit, the next go-live first.
    """

    places: Sequence[WaveSite]
    regions: Sequence[Region]
    region: Region | None
    wave: Wave | None

    @property
    def own(self) -> list[WaveSite]:
        return [one for one in self.in_region if self.wave and one.wave_id == self.wave.pk]

    @property
    def in_region(self) -> list[WaveSite]:
        return [one for one in self.places if self.region and one.site.region_id == self.region.pk]

    @property
    def waves(self) -> list[Wave]:
        """Return the waves that have a kit in that region."""
        return list({place.wave_id: place.wave for place in self.in_region}.values())


def where_of(
    programme: Programme, scope: Scope, slug: str, number: str, today: date
) -> Where | None:
    """Return the kit of a region and a wave, else of what is next; None for one out of view.

    Who chooses no region gets the next kit that has files, if any has some. Who chooses another
    region keeps the wave only if it goes live there too.
    """
    places = _places(programme, scope)
    ids = {place.site.region_id for place in places}
    regions = list(Region.objects.filter(pk__in=ids))
    region = next((one for one in regions if one.slug == slug), None)
    first = None if slug else place_next(_with_files(places) or places, today)
    if first:
        region = next(one for one in regions if one.pk == first.site.region_id)
    where = Where(places, regions, region, None)
    if (slug and region is None) or (number and not any(str(p.wave_id) == number for p in places)):
        return None
    wave = next((one for one in where.waves if str(one.pk) == number), None)
    if wave is None and (following := first or place_next(where.in_region, today)):
        wave = following.wave
    return Where(places, regions, region, wave)


def _places(programme: Programme, scope: Scope) -> list[WaveSite]:
    places = [one for one in places_in(programme, scope) if one.wave.handed_over_on is None]
    return sorted(places, key=lambda place: (place.live_on, place.pk))


def _with_files(places: Sequence[WaveSite]) -> list[WaveSite]:
    """Return the places whose kit holds files, or has some to be made."""
    files = KitFile.objects.wanted().filter(place__in=[place.pk for place in places])
    found = set(files.values_list("place", flat=True).distinct())
    return [place for place in places if place.pk in found]


def place_next(places: Sequence[WaveSite], today: date) -> WaveSite | None:
    """Return the site whose kit is wanted first: the next that goes live, else the last."""
    coming = [place for place in places if place.live_on >= today]
    found = coming[:1] or places[-1:]
    return found[0] if found else None


def filters_of(where: Where, languages: Iterable[str]) -> list[dict[str, Any]]:
    """Return the choices of the page; one alone is no choice.

    Their shape is that of ``components/chip_filter.html``.
    """
    groups = [
        _group(_("Region"), "region", [(one.slug, one.name) for one in where.regions]),
        _group(_("Wave"), "wave", [(str(wave.pk), wave.name) for wave in where.waves]),
        _group(_("Site"), "site", [(str(one.site_id), one.site.name) for one in where.own]),
        _group(_("Language"), "lang", [(code, language_title(code)) for code in languages]),
    ]
    return [group for group in groups if len(group["choices"]) > 1]


def _group(label: str, name: str, choices: list[tuple[str, str]]) -> dict[str, Any]:
    named = [{"value": value, "label": word, "count": None} for value, word in choices]
    return {"label": label, "name": name, "choices": named}
