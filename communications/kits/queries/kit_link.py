"""The address of a link to a kit, and what stands behind one."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from communications.kits.models import KitFile, KitLink, KitVersion
from communications.kits.queries.kit_shelf import Shelf, entered_by, shelf_of
from communications.mailroom.channels.keyed import is_honoured, keyed_token
from programmes.models import Programme, Region, Wave, WaveSite

# Characters of base32: 80 bits that find the row, and 160 that prove the address was made here.
NONCE, SIGNATURE = 16, 32
USE = "kits"


def token_of(link: KitLink) -> str:
    """Return the token of a link, the same each time."""
    return link.nonce + keyed_token(USE, link.nonce)


def link_url(link: KitLink) -> str:
    """Return the address that is handed on."""
    return f"{settings.PUBLIC_URL}{reverse('communications:kit-open', args=[token_of(link)])}"


def find_kit_link(token: str, now: datetime) -> KitLink | None:
    """Return the link of a token that opens something now, or None, whatever is wrong with it."""
    nonce, signature = token[:NONCE], token[NONCE:]
    links = KitLink.objects.valid(now).select_related("wave__programme", "region", "site")
    found = links.filter(nonce=nonce).first()
    return found if is_honoured(USE, nonce, signature) else None


@dataclass(frozen=True)
class Opened:
    """What a link shows: the shelf of one of its sites."""

    link: KitLink
    places: list[WaveSite]
    shelf: Shelf

    @property
    def programme(self) -> Programme:
        """Return whose kit it is."""
        programme: Programme = self.link.wave.programme
        return programme


def opened(token: str, site: str, language: str, now: datetime) -> Opened | None:
    """Return what a token shows of a site, else of its first, in a language, else in what is read.

    None where it opens nothing, or has no such site.
    """
    link = find_kit_link(token, now)
    places = list(link.places().dated().select_related("wave__programme", "site")) if link else []
    place = next((one for one in places if site in ("", one.site.name)), None)
    if link is None or place is None:
        return None
    return Opened(link, places, shelf_of(place, language, now.date()))


def version_behind(link: KitLink, file: int, today: date) -> KitVersion | None:
    """Return what a file holds now that a link opens; None for any other, and before its day."""
    files = KitFile.objects.wanted().filter(place__in=link.places(), pk=file)
    versions = KitVersion.objects.current().filter(file__in=files).defer("picture")
    found = versions.select_related("file").first()
    if found:
        places = link.places().dated().select_related("wave__programme", "site")
        found.file.place = places.get(pk=found.file.place_id)
    return next(iter(entered_by([found], found.file.place, today)), None) if found else None


@dataclass(frozen=True)
class Handed:
    """A link that is out, with its address."""

    link: KitLink
    url: str


def links_out(wave: Wave, region: Region, now: datetime) -> list[Handed]:
    """Return the links to a kit that still open it, the latest first; one query."""
    links = KitLink.objects.valid(now).filter(wave=wave, region=region)
    return [Handed(link, link_url(link)) for link in links.select_related("site", "made_by")]
