"""Judging sites: a small file of reference data, in which one wrong row refuses the whole."""

from dataclasses import dataclass

import holidays
from django.utils.translation import gettext as _

from programmes.timing import subdivisions_of
from stakeholders.importing.cells import Cell, folded, text_of
from stakeholders.importing.files import read_table
from stakeholders.importing.headings import SITES, SITES_NEEDED
from stakeholders.importing.languages import code_of
from stakeholders.importing.manner import Manner
from stakeholders.importing.refusal import ImportRefusedError

_YES = {"yes", "y", "true", "1", "x", "oui", "o", "vrai", "pilot", "pilote"}
_DAYS = {
    "5": ("fri", "ven"),
    "6": ("sat", "sam"),
    "7": ("sun", "dim"),
}


@dataclass(frozen=True)
class SiteRow:
    """What a row says of a site; weekend and subdivision are empty where it does not say."""

    line: int
    name: str
    region: str
    country: str
    subdivision: str
    time_zone: str
    language: str
    is_pilot: bool
    weekend_days: str


def read_sites(content: bytes, *, encoding: str = "") -> list[SiteRow]:
    """Return the sites in a file, the last of two with one name.

    Raises:
        ImportRefusedError: the file cannot be read, or lacks a name or region in some row.

    """
    table = read_table(content, SITES, SITES_NEEDED, Manner(encoding=encoding))
    rows = [_site(line, table.values(cells)) for line, cells in table.rows]
    for row in rows:
        if not (row.name and row.region):
            raise ImportRefusedError(
                _("Line %(line)s: a site needs a name and a region.") % {"line": row.line}
            )
    return list({row.name: row for row in rows}.values())


def _site(line: int, values: dict[str, Cell]) -> SiteRow:
    texts = {name: text_of(values.get(name)) for name in SITES}
    return SiteRow(
        line=line,
        name=texts["name"],
        region=texts["region"],
        country=texts["country"].upper(),
        subdivision=_subdivision(texts["country"].upper(), texts["subdivision"]),
        time_zone=texts["time_zone"],
        language=code_of(texts["language"]) or texts["language"],
        is_pilot=folded(texts["is_pilot"]) in _YES,
        weekend_days=_weekend(texts["weekend_days"]),
    )


def _subdivision(country: str, text: str) -> str:
    """Return the code of a part as it is known, also from “de-by”; else the text as it stands."""
    wanted = text.casefold().removeprefix(f"{country}-".casefold())
    return next((code for code in subdivisions_of(country) if code.casefold() == wanted), text)


def _weekend(text: str) -> str:
    """Return ISO weekday numbers from “56”, “Fri-Sat” or “vendredi et samedi”."""
    if text.isdigit():
        return text
    words = folded(text).split()
    return "".join(day for day, names in _DAYS.items() if any(w[:3] in names for w in words))


def weekend_of(country: str) -> str:
    """Return the ISO weekday numbers of a country's weekend (source: the holidays package)."""
    try:
        days = holidays.country_holidays(country).weekend
    except NotImplementedError:
        days = {5, 6}
    return "".join(str(day + 1) for day in sorted(days))
