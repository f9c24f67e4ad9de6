"""When regions rest: the days on which most of their people have a public holiday."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from communications.dispatches.queries.weeks import Weeks
from programmes.design.formats import listed
from programmes.models import WaveSite
from programmes.timing import Span, public_holidays
from stakeholders.audiences.queries.crowd import Crowd

ONE_DAY = timedelta(days=1)
MOST_NAMES = 2


@dataclass(frozen=True)
class Rest:
    """Days in a row on which at least half of a region's people rest or get no mail, and why."""

    first: date
    last: date
    names: tuple[str, ...]

    @property
    def named(self) -> str:
        """Return the first names; a feast of several countries has many for the same."""
        more = ["…"] if len(self.names) > MOST_NAMES else []
        return listed([*self.names[:MOST_NAMES], *more])


class Calendar(NamedTuple):
    """What sites have in common that rest on the same days, weekends apart."""

    country: str
    subdivision: str
    blackouts: tuple[Span, ...]

    def reason_on(self, day: date) -> str:
        """Return the English name of a holiday, or that there is a blackout; empty else."""
        name = public_holidays(self.country, day.year, self.subdivision).get(day, "")
        if not name and any(span.has(day) for span in self.blackouts):
            return _("Blackout")
        return name


def rests_of(places: Sequence[WaveSite], crowd: Crowd, weeks: Weeks) -> list[Rest]:
    """Return the rests of a region's sites in some weeks; holidays have their English names."""
    people: Counter[Calendar] = Counter()
    for place in {place.site_id: place for place in places}.values():
        site = place.site
        people[Calendar(site.country, site.subdivision, place.blackouts)] += crowd.by_site[site.pk]
    days = (weeks.first + n * ONE_DAY for n in range((weeks.last - weeks.first).days + 1))
    named = ((day, _holidays_on(day, people)) for day in days)
    return _in_rows((day, names) for day, names in named if names)


def _holidays_on(day: date, people: Counter[Calendar]) -> tuple[str, ...]:
    """Return what is celebrated on a day where at least half of the people are; else nothing."""
    found = {calendar: calendar.reason_on(day) for calendar in people}
    resting = sum(people[calendar] for calendar, name in found.items() if name)
    if not resting or 2 * resting < people.total():
        return ()
    return tuple(sorted({name for calendar, name in found.items() if name and people[calendar]}))


def _in_rows(days: Iterable[tuple[date, tuple[str, ...]]]) -> list[Rest]:
    rests: list[Rest] = []
    for day, names in days:
        if rests and rests[-1].last == day - ONE_DAY:
            before = rests.pop()
            more = tuple(name for name in names if name not in before.names)
            rests.append(Rest(before.first, day, before.names + more))
        else:
            rests.append(Rest(day, day, names))
    return rests
