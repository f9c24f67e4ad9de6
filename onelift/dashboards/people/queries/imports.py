"""What an import moves in each programme: its waves, and what hangs on those who leave."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from communications.dispatches.queries.delivery import open_mails
from programmes.models import WaveSite
from stakeholders.audiences.queries.people import people_by_site
from stakeholders.models import EntryKind, ImportEntry, ImportRun, Person, Role

MOST_SHOWN = 5


@dataclass(frozen=True)
class WaveShift:
    """How many people a wave has now and will have, and how many of them are new."""

    name: str
    now: int
    then: int
    new: int


@dataclass(frozen=True)
class ProgrammeShift:
    """A programme with those of its waves that grow or shrink, if any does."""

    name: str
    waves: list[WaveShift]


@dataclass
class Leaver:
    """Somebody who leaves, with the roles of their mail address and how many report to them."""

    name: str
    site: str
    roles: list[Role] = field(default_factory=list)
    reports: int = 0


@dataclass(frozen=True)
class Leaving:
    """Those who leave: a few on whom most hangs, and what hangs on all."""

    shown: list[Leaver]
    others: int
    roles: int
    leaders: list[Leaver]
    managers: int
    mails: int

    @property
    def names_sites(self) -> bool:
        return any(each.site for each in self.shown)

    @property
    def has_outcome(self) -> bool:
        """Tell whether anything happens because they leave."""
        return bool(self.shown or self.mails)


def wave_shifts(run: ImportRun) -> list[ProgrammeShift]:
    """Return each programme that has a wave, with its waves that grow or shrink (two queries).

    The effect is that on the whole organisation, whatever regions its reader sees elsewhere.
    """
    sites, people = run.effect.get("sites", {}), people_by_site()
    waves: dict[str, dict[int, list[WaveSite]]] = defaultdict(lambda: defaultdict(list))
    places = WaveSite.objects.select_related("wave__programme")
    for place in places.order_by("wave__programme__name", "wave__order", "wave__pk"):
        waves[place.wave.programme.name][place.wave_id].append(place)
    return [
        ProgrammeShift(name, _moved(_shift(each, people, sites) for each in placed.values()))
        for name, placed in waves.items()
    ]


def _moved(shifts: Iterable[WaveShift]) -> list[WaveShift]:
    return [shift for shift in shifts if shift.now != shift.then or shift.new]


def _shift(
    places: list[WaveSite], people: dict[int, int], sites: dict[str, dict[str, int]]
) -> WaveShift:
    moved = [sites.get(str(place.site_id), {}) for place in places]
    now = sum(people.get(place.site_id, 0) for place in places)
    return WaveShift(
        name=places[0].wave.name,
        now=now,
        then=now + sum(move.get("plus", 0) - move.get("minus", 0) for move in moved),
        new=sum(move.get("new", 0) for move in moved),
    )


def leaving(run: ImportRun) -> Leaving:
    """Return what hangs on those who leave by an import (six queries)."""
    entries = ImportEntry.objects.filter(run=run, kind=EntryKind.LEFT)
    numbers = entries.values("personnel_number")
    people = Person.objects.filter(personnel_number__in=numbers)
    found: dict[str, Leaver] = {}
    roles = _roles(people)
    reports = _reports(numbers)
    names = {entry.personnel_number: entry for entry in _named(run, {*roles, *reports})}
    for number, entry in names.items():
        site = entry.site.name if entry.site else ""
        found[number] = Leaver(entry.name, site, roles.get(number, []), reports.get(number, 0))
    ranked = sorted(found.values(), key=lambda each: (-len(each.roles), -each.reports, each.name))
    total = int(run.effect.get("leavers", 0))
    shown = ranked[:MOST_SHOWN]
    return Leaving(
        shown=shown,
        others=total - len(shown),
        roles=sum(len(each.roles) for each in ranked),
        leaders=[each for each in ranked if any(role.stream_id for role in each.roles)],
        managers=sum(each.reports > 0 for each in ranked),
        mails=open_mails(people),
    )


def _roles(people: QuerySet[Person]) -> dict[str, list[Role]]:
    """Return the roles of people by personnel number, found by their mail address."""
    mails = people.annotate(mail=Lower("email")).values("mail")
    roles = Role.objects.filter(user__email__in=mails).select_related("user", "programme", "stream")
    by_mail: dict[str, list[Role]] = defaultdict(list)
    for role in roles.order_by("pk"):
        by_mail[role.user.email].append(role)
    if not by_mail:
        return {}
    owners = people.annotate(mail=Lower("email")).filter(mail__in=by_mail)
    return {
        number: by_mail[mail] for number, mail in owners.values_list("personnel_number", "mail")
    }


def _reports(numbers: "QuerySet[ImportEntry, Any]") -> dict[str, int]:
    """Return how many people who stay have a manager who leaves, by the manager's number."""
    staying = Person.objects.active().exclude(personnel_number__in=numbers).order_by()
    reports = staying.filter(manager_number__in=numbers)
    return dict(reports.values_list("manager_number").annotate(n=Count("*")))


def _named(run: ImportRun, numbers: Iterable[str]) -> QuerySet[ImportEntry]:
    entries = ImportEntry.objects.filter(run=run, kind=EntryKind.LEFT)
    return entries.filter(personnel_number__in=list(numbers)).select_related("site")
