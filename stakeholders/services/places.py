"""Bringing sites and their regions in, all or nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from programmes.models import Region, Site
from programmes.models.organisation import WEEKEND_CHOICES
from stakeholders.importing.cells import folded
from stakeholders.importing.refusal import ImportRefusedError
from stakeholders.importing.sites import SiteRow, read_sites, weekend_of


@dataclass(frozen=True)
class SitesReport:
    """How many sites a file created, changed and left as they were; regions it created."""

    created: int
    updated: int
    unchanged: int
    regions_created: int


@transaction.atomic
def import_sites(content: bytes, *, now: datetime, encoding: str = "") -> SitesReport:
    """Bring a file of sites in; sites that it does not name stay as they are.

    A new site has its country's weekend where the file gives none; a known site keeps its own.

    Raises:
        ImportRefusedError: nothing was written; the message names the line.

    """
    rows = read_sites(content, encoding=encoding)
    before = Region.objects.count()
    regions = {row.region: region_named(row.region) for row in rows}
    known = {folded(site.name): site for site in Site.objects.all()}
    outcomes = [_bring(row, known.get(folded(row.name)), regions, now) for row in rows]
    return SitesReport(
        created=outcomes.count("created"),
        updated=outcomes.count("updated"),
        unchanged=outcomes.count("unchanged"),
        regions_created=Region.objects.count() - before,
    )


def region_named(name: str) -> Region:
    """Return the region of that name, made with an address of its own where it is new."""
    known = Region.objects.filter(name=name).first()
    return known or Region.objects.create(name=name, slug=_free_slug(name))


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "region"
    taken = set(Region.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbered if slug not in taken)


def _bring(row: SiteRow, known: Site | None, regions: dict[str, Region], now: datetime) -> str:
    told = _told(row, known, regions)
    site = known or Site()
    if known and all(getattr(known, name) == value for name, value in told.items()):
        return "unchanged"
    for name, value in {**told, "changed_at": now}.items():
        setattr(site, name, value)
    _refuse_unless_valid(site, row.line)
    site.save()
    return "updated" if known else "created"


def _told(row: SiteRow, known: Site | None, regions: dict[str, Region]) -> dict[str, Any]:
    told = {
        "name": row.name,
        "region_id": regions[row.region].pk,
        "country": row.country,
        "time_zone": row.time_zone,
        "language": row.language,
        "is_pilot": row.is_pilot,
    }
    if row.subdivision or (known and known.country != row.country):
        told["subdivision"] = row.subdivision
    if row.weekend_days:
        told["weekend_days"] = row.weekend_days
    elif known is None or known.country != row.country:
        told["weekend_days"] = _settable(weekend_of(row.country))
    return told


def _settable(days: str) -> str:
    """Return a weekend that a site can have; rare ones become Saturday and Sunday."""
    return days if days in dict(WEEKEND_CHOICES) else "67"


def _refuse_unless_valid(site: Site, line: int) -> None:
    try:
        site.full_clean()
    except ValidationError as error:
        raise ImportRefusedError(
            _("Line %(line)s: %(reasons)s") % {"line": line, "reasons": " ".join(error.messages)}
        ) from error
