"""How much hits the same people in the same week: messages, questions and go-lives."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from onelift.dashboards.queries.moments import Plan, Planned
from onelift.dashboards.queries.weeks import Weeks, monday_of
from programmes.models import WaveSite
from stakeholders.queries.crowd import Cell, Crowd

# Contacts per person and week that people still take in.
LIMIT = 3
NEVER = ("cancelled", "refused", "withdrawn")


@dataclass(frozen=True)
class Load:
    """The most contacts that one person gets in a week, and how many people get over the limit."""

    contacts: int
    people_over: int

    @property
    def is_over(self) -> bool:
        """Tell whether somebody gets more than the limit."""
        return self.contacts > LIMIT


@dataclass
class Hits:
    """What hits which people: by week and site, the cells of a crowd and what means them.

    People who share a site and all that any rule names are one cell, so the count is exact for
    each person. Frozen audiences and hand-picked personas are left out: the true number is never
    less.

    Attributes:
        cells: of a message id, by site id, those that its rule means.
        due: the message ids due at a site in a week; a go-live is None.

    """

    cells: Mapping[int, Mapping[int, list[Cell]]]
    all_cells: Mapping[int, list[Cell]]
    due: Mapping[tuple[date, int], list[int | None]] = field(default_factory=dict)

    def at(self, week: date, site: int, without: Collection[int] = ()) -> list[tuple[Cell, int]]:
        """Return how often each cell of a site is hit in a week, not counting some messages."""
        hit: Counter[int] = Counter()
        for message in self.due.get((week, site), ()):
            if message is None or message not in without:
                hit.update(id(cell) for cell in self._meant(message, site))
        return [(cell, hit[id(cell)]) for cell in self.all_cells.get(site, ())]

    def _meant(self, message: int | None, site: int) -> Iterable[Cell]:
        if message is None:
            return self.all_cells.get(site, ())
        return self.cells[message].get(site, ())


def hits_of(
    plans: Iterable[Plan], planned: Iterable[Planned], places: Iterable[WaveSite], crowd: Crowd
) -> Hits:
    """Return what hits whom, each rule asked once."""
    due: dict[tuple[date, int], list[int | None]] = defaultdict(list)
    for each in planned:
        if each.plan.state not in NEVER:
            due[monday_of(each.on), each.place.site_id].append(each.plan.message.pk)
    for place in places:
        due[monday_of(place.live_on), place.site_id].append(None)  # type: ignore[attr-defined]
    everybody: dict[int, list[Cell]] = defaultdict(list)
    for cell in crowd.cells:
        everybody[cell["site"]].append(cell)
    return Hits({p.message.pk: crowd.cells_meant(p.rule) for p in plans}, everybody, due)


def loads_of(hits: Hits, sites: Collection[int], weeks: Weeks) -> dict[date, Load]:
    """Return the load of some sites by week; a week in which nothing hits is left out."""
    found = {}
    for week in weeks:
        counted = [pair for site in sites for pair in hits.at(week, site) if pair[1]]
        if counted:
            over = sum(cell["people"] for cell, n in counted if n > LIMIT)
            found[week] = Load(max(n for _cell, n in counted), over)
    return found
