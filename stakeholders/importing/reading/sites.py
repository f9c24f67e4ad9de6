"""Judging sites: a small file of reference data, in which one wrong row refuses the whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import holidays
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.design.folding import folded
from programmes.design.languages import code_of
from programmes.reading.cells import Cell, text_of
from programmes.reading.refusal import ImportRefusedError
from programmes.timing import subdivisions_of
from stakeholders.importing.reading.files import read_table
from stakeholders.importing.reading.headings import SITES, SITES_NEEDED, doubled
from stakeholders.importing.reading.manner import SITES_FILE, Manner

_YES = {"yes", "y", "true", "1", "x", "oui", "o", "vrai", "pilot", "pilote"}
_DAYS = {
    "5": ("fri", "ven"),
    "6": ("sat", "sam"),
    "7": ("sun", "dim"),
}


# Where what Django says of a column does not say what to enter.
_INSTEAD: dict[str, str | Promise] = {
    "language": gettext_lazy(
        "“%(text)s” is not a language. Enter its code, such as fr, or its name."
    ),
    "weekend_days": gettext_lazy("“%(text)s” is not a weekend. Enter days, such as Sat-Sun."),
}


@dataclass(frozen=True)
class SiteRow:
    """What a row says of a site; what it need not say is empty where it does not."""

    line: int
    name: str
    region: str
    country: str
    subdivision: str
    time_zone: str
    language: str
    is_pilot: bool
    weekend_days: str
    latin_name: str = ""


@dataclass(frozen=True)
class SitesFile:
    """The rows of a file, and the headings of its columns by name as they stand there."""

    rows: list[SiteRow]
    headings: Mapping[str, str]

    def reasons(self, row: SiteRow, faults: Mapping[str, Iterable[ValidationError]]) -> list[str]:
        """Return what is wrong in a row and what to enter, in the order of the columns."""
        named = [*self.headings, *(name for name in faults if name not in self.headings)]
        return [
            _("“%(heading)s”: %(reason)s")
            % {"heading": self.headings.get(name, name), "reason": _reason(row, name, faults[name])}
            for name in named
            if name in faults
        ]


def _reason(row: SiteRow, name: str, faults: Iterable[ValidationError]) -> str:
    text = getattr(row, name)
    if not text:
        return _("Fill in this cell.")
    if name in _INSTEAD:
        return str(_INSTEAD[name]) % {"text": text}
    return " ".join(message for fault in faults for message in fault.messages)


def read_sites(content: bytes, *, encoding: str = "") -> SitesFile:
    """Return the sites in a file, the last of several with one name.

    Raises:
        ImportRefusedError: the file cannot be read, is too large, or has a column twice.

    """
    table = read_table(content, SITES, SITES_NEEDED, Manner(encoding=encoding), SITES_FILE)
    if twice := doubled(table.headings, SITES):
        text = _("Columns with the same meaning: %(headings)s. Keep one, remove the others.")
        raise ImportRefusedError(text % {"headings": ", ".join(f"“{one}”" for one in twice)})
    rows = [_site(line, table.values(cells)) for line, cells in table.rows]
    # Rows without a name are all kept: each of them is told.
    named = {folded(row.name) or row.name or row.line: row for row in rows}
    return SitesFile(
        list(named.values()), {name: table.headings[at] for name, at in table.columns.items()}
    )


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
        latin_name=texts["latin_name"],
    )


def _subdivision(country: str, text: str) -> str:
    """Return the code of a part as it is known, also from “de-by”; else the text as it stands."""
    wanted = text.casefold().removeprefix(f"{country}-".casefold())
    return next((code for code in subdivisions_of(country) if code.casefold() == wanted), text)


def _weekend(text: str) -> str:
    """Return ISO weekday numbers from “56” or “vendredi et samedi”; else the text as it stands."""
    if text.isdigit():
        return text
    words = folded(text).split()
    days = "".join(day for day, names in _DAYS.items() if any(w[:3] in names for w in words))
    return days or text


def weekend_of(country: str) -> str:
    """Return the ISO weekday numbers of a country's weekend (source: the holidays package)."""
    try:
        days = holidays.country_holidays(country).weekend
    except NotImplementedError:
        days = {5, 6}
    return "".join(str(day + 1) for day in sorted(days))
