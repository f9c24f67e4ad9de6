"""Bringing sites and their regions in, all or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from programmes.design.folding import folded
from programmes.models import Region, Site
from programmes.models.organisation import WEEKEND_CHOICES
from programmes.models.trail import NOTED
from programmes.queries.trail import Values, written_of
from programmes.reading.refusal import WrongRowsError
from programmes.services.trail import write_change
from stakeholders.importing.reading.sites import SiteRow, SitesFile, read_sites, weekend_of

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
NOTED_OF_SITE = NOTED["programmes.Site"]
Faults = dict[str, list[ValidationError]]


@dataclass(frozen=True)
class SitesReport:
    """How many sites a file created, changed and left as they were; regions it created."""

    created: int
    updated: int
    unchanged: int
    regions_created: int


@dataclass(frozen=True)
class _Brought:
    """A row, its site with what the row says (all but the region), and what becomes of it.

    ``before`` is what the trail says of a site that was known.
    """

    row: SiteRow
    site: Site
    outcome: str
    before: Values


@transaction.atomic
def import_sites(
    content: bytes, *, now: datetime, encoding: str = "", by: Any = None
) -> SitesReport:
    """Bring a file of sites in; sites that it does not name stay as they are.

    A new site has its country's weekend where the file gives none; a known site keeps its own. The
    trail says of each site what it was before.

    Raises:
        ImportRefusedError: nothing was written; ``WrongRowsError`` names all wrong rows.

    """
    file = read_sites(content, encoding=encoding)
    known = {folded(site.name): site for site in Site.objects.select_related("region")}
    brought = [_brought(row, known.get(folded(row.name))) for row in file.rows]
    _refuse_wrong(file, brought)
    before = Region.objects.count()
    regions = {row.region: region_named(row.region) for row in file.rows}
    _save((one for one in brought if one.outcome != UNCHANGED), regions, now, by)
    outcomes = [one.outcome for one in brought]
    counts = {name: outcomes.count(name) for name in (CREATED, UPDATED, UNCHANGED)}
    return SitesReport(**counts, regions_created=Region.objects.count() - before)


def region_named(name: str) -> Region:
    """Return the region of that name, made with an address of its own where it is new."""
    known = Region.objects.filter(name=name).first()
    return known or Region.objects.create(name=name, slug=_free_slug(name))


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "region"
    taken = set(Region.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbered if slug not in taken)


def _brought(row: SiteRow, known: Site | None) -> _Brought:
    told, site = _told(row, known), known or Site()
    before = written_of(site, NOTED_OF_SITE) if known else {}
    is_same = bool(known) and all(getattr(site, name) == value for name, value in told.items())
    for name, value in told.items():
        setattr(site, name, value)
    if known and is_same and known.region.name == row.region:
        return _Brought(row, site, UNCHANGED, before)
    return _Brought(row, site, UPDATED if known else CREATED, before)


def _told(row: SiteRow, known: Site | None) -> dict[str, Any]:
    told = {
        "name": row.name,
        "country": row.country,
        "time_zone": row.time_zone,
        "language": row.language,
        "is_pilot": row.is_pilot,
    }
    if row.subdivision or (known and known.country != row.country):
        told["subdivision"] = row.subdivision
    if row.latin_name:
        told["latin_name"] = row.latin_name
    if row.weekend_days:
        told["weekend_days"] = row.weekend_days
    elif known is None or known.country != row.country:
        told["weekend_days"] = _settable(weekend_of(row.country))
    return told


def _settable(days: str) -> str:
    """Return a weekend that a site can have; rare ones become Saturday and Sunday."""
    return days if days in dict(WEEKEND_CHOICES) else "67"


def _refuse_wrong(file: SitesFile, brought: list[_Brought]) -> None:
    region_faults = cache(_region_faults)
    wrong = {
        one.row.line: file.reasons(one.row, faults)
        for one in brought
        if one.outcome != UNCHANGED
        and (faults := _faults(one.site) | region_faults(one.row.region))
    }
    if wrong:
        raise WrongRowsError(wrong)


def _faults(site: Site) -> Faults:
    """Return what is wrong with a site, by field; its name was looked up among all."""
    try:
        site.full_clean({"region"}, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return dict(error.error_dict)
    return {}


def _region_faults(name: str) -> Faults:
    try:
        Region(name=name).clean_fields({"slug"})
    except ValidationError as error:
        return {"region": error.error_dict["name"]}
    return {}


def _save(brought: Iterator[_Brought], regions: dict[str, Region], now: datetime, by: Any) -> None:
    cid = str(uuid4())
    for one in brought:
        one.site.region, one.site.changed_at = regions[one.row.region], now
        one.site.save()
        write_change(one.site, one.before, written_of(one.site, NOTED_OF_SITE), by, now, cid=cid)
