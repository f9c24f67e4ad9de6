"""How much hits the same people in the same week: messages, questions and go-lives."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from communications.dispatches.queries.parts import Parts
from communications.dispatches.queries.slots import Plan, Slot
from communications.dispatches.queries.weeks import Weeks, monday_of
from communications.messages.models import Approval, Message
from programmes.models import WaveSite
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Cell
from stakeholders.audiences.queries.crowd import Crowd, crowd_of

# Contacts per person and week that people still take in.
LIMIT = 3
LEVELS = (Message.Level.OPERATIONAL, Message.Level.TACTICAL, Message.Level.STRATEGIC)
NEVER = ("cancelled", "refused", "withdrawn")


@dataclass(frozen=True)
class Load:
    """The most contacts that one person gets in a week, and how many people get over the limit."""

    contacts: int
    people_over: int

    @property
    def limit(self) -> int:
        """Return how many contacts a person still takes in."""
        return LIMIT

    @property
    def is_over(self) -> bool:
        """Tell whether somebody gets more than the limit."""
        return self.contacts > LIMIT

    @property
    def is_full(self) -> bool:
        """Tell whether somebody gets as much as the limit."""
        return self.contacts == LIMIT


@dataclass(frozen=True)
class Turn:
    """A message at a site as the contact budget sees it: its level, 0 is the first, and moment."""

    level: int
    at: datetime

    def comes_before(self, other: "Turn") -> bool:
        """Tell whether it counts against the other: gone by then, or of a higher level."""
        return self.at < other.at or (self.at == other.at and self.level < other.level)


def turn_of(planned: Slot) -> Turn | None:
    """Return the turn of a message at a site; None of what is urgent."""
    content = planned.plan.approval.frozen
    if content.schedule.is_urgent:
        return None
    return Turn(LEVELS.index(content.level), planned.due.at)


@dataclass
class Hits:
    """What hits which people: by week and site, the cells of a crowd and what means them.

    People who share a site and all that any rule names are one cell, so the count is exact for
    each person. A reminder counts who would get it now. Frozen audiences and hand-picked personas
    are left out: the true number is never less.

    Attributes:
        parts: the people of the board, and who gets a message of a part.
        cells: of a message id, by site id, those that its rule means, or of a part those that
            get it as things stand.
        due: the message ids due at a site in a week; a go-live is None.
        turns: when a message has its turn at a site, by ids of both; urgent ones have none.

    """

    parts: Parts
    cells: Mapping[int, Mapping[int, list[Cell]]]
    all_cells: Mapping[int, list[Cell]]
    due: Mapping[tuple[date, int], list[int | None]] = field(default_factory=dict)
    turns: Mapping[tuple[int, int], "Turn"] = field(default_factory=dict)

    def own(self, version: Approval) -> Mapping[int, list[Cell]]:
        """Return the cells that get a version, by site id."""
        apart = self.parts.cells.get(version.message_id)
        return self.parts.crowd.cells_meant(version.frozen.rule) if apart is None else apart

    def at(self, week: date, site: int, without: Collection[int] = ()) -> list[tuple[Cell, int]]:
        """Return how often each cell of a site is hit in a week, not counting some messages."""
        hit: Counter[int] = Counter()
        for message in self.due.get((week, site), ()):
            if message is None or message not in without:
                hit.update(id(cell) for cell in self._meant(message, site))
        return [(cell, hit[id(cell)]) for cell in self.all_cells.get(site, ())]

    def before(self, turn: "Turn", week: date, site: int, message: int) -> Counter[int]:
        """Return how many other messages each cell of a site gets before one in its week."""
        hit: Counter[int] = Counter()
        for other in self.due.get((week, site), ()):
            theirs = self.turns.get((other or 0, site))
            if other != message and theirs and theirs.comes_before(turn):
                hit.update(id(cell) for cell in self._meant(other, site))
        return hit

    def _meant(self, message: int | None, site: int) -> Iterable[Cell]:
        if message is None:
            return self.all_cells.get(site, ())
        return self.cells[message].get(site, ())


def crowd_with(
    waiting: Iterable[Approval], plans: Iterable[Plan], places: Iterable[WaveSite], scope: Scope
) -> Crowd:
    """Count the people at some sites for what is planned and for what waits, if anything does."""
    asked = [version.frozen.rule for version in waiting]
    rules, by = [*(plan.rule for plan in plans), *asked], ["language"] if asked else []
    return crowd_of({place.site_id for place in places}, scope, rules, *by)


def hits_of(
    plans: Iterable[Plan], planned: Iterable[Slot], places: Iterable[WaveSite], parts: Parts
) -> Hits:
    """Return what hits whom, each rule asked once."""
    crowd = parts.crowd
    due: dict[tuple[date, int], list[int | None]] = defaultdict(list)
    turns = {}
    for each in planned:
        if each.plan.state not in NEVER:
            if turn := turn_of(each):
                turns[each.plan.message.pk, each.wave_site.site_id] = turn
            due[monday_of(each.on), each.wave_site.site_id].append(each.plan.message.pk)
    for place in places:
        due[monday_of(place.live_on), place.site_id].append(None)
    everybody: dict[int, list[Cell]] = defaultdict(list)
    for cell in crowd.cells:
        everybody[cell["site"]].append(cell)
    cells = {p.message.pk: crowd.cells_meant(p.rule) for p in plans} | dict(parts.cells)
    return Hits(parts, cells, everybody, due, turns)


def loads_of(hits: Hits, sites: Collection[int], weeks: Weeks) -> dict[date, Load]:
    """Return the load of some sites by week; a week in which nothing hits is left out."""
    found = {}
    for week in weeks:
        counted = [pair for site in sites for pair in hits.at(week, site) if pair[1]]
        if counted:
            found[week] = _load(counted)
    return found


def load_with(hits: Hits, version: Approval, planned: Iterable[Slot]) -> tuple[date, Load] | None:
    """Return the week in which a version's people would get most if it is sent, and how much."""
    cells = hits.own(version)
    by_week: dict[date, list[tuple[Cell, int]]] = defaultdict(list)
    for each in planned:
        site, week = each.wave_site.site_id, monday_of(each.on)
        own = {id(cell) for cell in cells.get(site, ())}
        others = hits.at(week, site, without=(version.message_id,))
        by_week[week] += [(cell, n + 1) for cell, n in others if id(cell) in own]
    loads = [(week, _load(counted)) for week, counted in by_week.items() if counted]
    return max(loads, key=lambda pair: (pair[1].contacts, pair[1].people_over), default=None)


def waiting_with(hits: Hits, version: Approval, planned: Iterable[Slot], limit: int | None) -> int:
    """Return how many people of a version would wait, since they get enough mails in that week.

    Those of hand-picked personas and frozen audiences are left out: the number is never less.
    """
    if limit is None:
        return 0
    cells = hits.own(version)
    people = 0
    for each in planned:
        turn, site = turn_of(each), each.wave_site.site_id
        if turn is None:
            continue
        before = hits.before(turn, monday_of(each.on), site, version.message_id)
        people += sum(c["people"] for c in cells.get(site, ()) if before[id(c)] >= limit)
    return people


def _load(counted: Iterable[tuple[Cell, int]]) -> Load:
    counted = list(counted)
    over = sum(cell["people"] for cell, n in counted if n > LIMIT)
    return Load(max(n for _cell, n in counted), over)
