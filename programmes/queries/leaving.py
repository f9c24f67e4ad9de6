"""Sites that were taken out of a wave, as the audit trail keeps it, and whether they may return.

It is no move, and has no row of its own: the entry of the trail holds what undoing it needs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from auditlog.models import LogEntry
from django.utils.translation import gettext as _

from programmes.models import Wave, WaveSite
from programmes.models.trail import WHY
from programmes.queries.trail import entries_on

# The keys of an entry's additional data: what a removal left, and which one was undone (its id).
LEFT, RETURNED = "left", "returned"
MOST = 10


@dataclass(frozen=True)
class Removal:
    """Sites that left a wave together.

    Attributes:
        wave: the wave, as it is now.
        entry: where the trail says so.
        back: where the trail says that it was undone; None if it was not.
        is_last: whether the sites of the wave have not changed since.

    """

    wave: Wave
    entry: LogEntry
    back: LogEntry | None
    is_last: bool

    @property
    def pk(self) -> int:
        return int(self.entry.pk)

    @property
    def left(self) -> Mapping[str, Any]:
        return dict((self.entry.additional_data or {})[LEFT])

    @property
    def dates(self) -> dict[int, date | None]:
        """Return the date that each site had of its own, by its id."""
        return {site: own and date.fromisoformat(own) for site, own in self.left["dates"]}

    @property
    def names(self) -> str:
        """Return the sites by name."""
        return str(self.left["names"])

    @property
    def why(self) -> str:
        return str((self.entry.additional_data or {}).get(WHY, ""))


def left_by(wave: Wave, gone: Iterable[WaveSite]) -> dict[str, Any]:
    """Return what the entry of a removal says; the sites are out of the wave already."""
    owns = sorted((place.site_id, place.own_go_live_on) for place in gone)
    names = ", ".join(sorted(place.site.name for place in gone))
    dates = [[site, own.isoformat() if own else None] for site, own in owns]
    return {LEFT: {"names": names, "dates": dates, "state": _state_of(wave)}}


def _state_of(wave: Wave) -> list[Any]:
    """Return the days of a wave and the ids of its sites, as they are now."""
    wave = Wave.objects.get(pk=wave.pk)
    sites = sorted(wave.wave_sites.values_list("site", flat=True))
    return [str(wave.go_live_on), str(wave.handed_over_on or ""), sites]


def removals_of(wave: Wave) -> list[Removal]:
    """Return the latest removals of sites from a wave in view, the newest first (one query)."""
    found = list(entries_on(Wave, [wave.pk]).filter(changes__has_key="sites"))
    back = {(one.additional_data or {}).get(RETURNED): one for one in found}
    return [
        Removal(wave, one, back.get(one.pk), is_last=one == found[0])
        for one in found
        if LEFT in (one.additional_data or {})
    ][:MOST]


def why_not_back(removal: Removal, now: datetime) -> str:
    """Return why the sites of a removal do not go back by undoing it, or nothing.

    It is undone once, and only while the wave is exactly as it left it.
    """
    if removal.back:
        return _("This has already been undone.")
    wave = removal.wave
    days = [own or wave.go_live_on for own in removal.dates.values()]
    is_over = any(removal.entry.timestamp.date() < day <= now.date() for day in days)
    if not removal.is_last or is_over or _state_of(wave) != removal.left["state"]:
        words = _(
            "%(wave)s has changed since the sites were removed. Edit the wave to add them again."
        )
        return words % {"wave": wave}
    return ""


def days_in_words(names: Mapping[int, str], dates: Mapping[int, date | None]) -> dict[str, str]:
    """Return the dates that sites have of their own, as the trail keeps them."""
    days = sorted(f"{names[pk]}: {own}" for pk, own in dates.items() if own)
    return {"own_days": "; ".join(days)} if days else {}
