"""What somebody on site has to do this week: things from a registry of sources, with their days.

Each floor registers the sources of its own facts from a module named ``todo``. A thing is ticked
where its truth is: what has a state of its own is written there, anything else is a ``Done``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from programmes.models import Done, Programme, WaveSite
from programmes.scope import Scope

# How far it looks ahead, today included, and how long what is done is still shown.
AHEAD = timedelta(days=6)
BEHIND = timedelta(days=7)


@dataclass(frozen=True)
class Thing:
    """One thing to do.

    Attributes:
        source: the key of its source.
        key: what the source calls it.
        what: what to do, as a sentence.
        where: the site, or sites or region, by name.
        due_on: the last day, by the calendar of the site.
        url: where it is read or done.
        sites: the ids of its sites, of what is ticked by a ``Done`` at each.
        done_at: when it was done, an instant (UTC); None while it is open.
        said: who did it, or where, in words.
        may_undo: whether the tick can be undone.
        sends_to: the address that does it, with its ``fields`` and the words of its ``button``;
            empty where a tick is enough. A button alone leads to ``url``.

    """

    source: str
    key: str
    what: str
    where: str
    due_on: date
    url: str
    sites: tuple[int, ...] = ()
    done_at: datetime | None = None
    said: str = ""
    may_undo: bool = True
    sends_to: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    button: str = ""

    @property
    def name(self) -> str:
        """Return what a form calls it."""
        return ":".join((self.source, self.key, *map(str, self.sites[:1])))

    def is_named(self, name: str) -> bool:
        """Tell whether a form that calls something so means this, or one of its sites."""
        whole = f"{self.source}:{self.key}"
        return name in {f"{whole}:{site}" for site in self.sites} or name == whole


@dataclass(frozen=True)
class Week:
    """Whose week is asked for, and when (UTC); ``places`` are the dated sites in view.

    ``known`` holds what the page has found already, by names that sources agree on.
    """

    programme: Programme
    scope: Scope
    places: Sequence[WaveSite]
    now: datetime
    known: dict[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def last_on(self) -> date:
        """Return the last day that the to-do looks ahead to."""
        return self.today + AHEAD

    @property
    def since(self) -> datetime:
        """Return since when something done is still shown, an instant (UTC)."""
        return self.now - BEHIND

    def recall(self, name: str, find: Callable[[], Any]) -> Any:
        """Return what is known by a name, and find it first if it is not."""
        if name not in self.known:
            self.known[name] = find()
        return self.known[name]

    @cached_property
    def ticks(self) -> dict[tuple[str, str, int], Done]:
        """Return what was ticked off at sites in view, by source, key and site (one query)."""
        rows = Done.objects.within(self.scope).select_related("by")
        return {(row.source, row.key, row.site_id): row for row in rows}

    def tick_at(self, source: str, key: str, site: int) -> Done | None:
        """Return the tick of something at one site."""
        return self.ticks.get((source, key, site))


class TodoSource:
    """A kind of thing to do; a source overrides what differs."""

    key = ""
    # What the reader must be allowed to do.
    action = ""

    def things(self, week: Week) -> Iterable[Thing]:
        """Return what is open and what was done lately, in a fixed number of queries."""
        raise NotImplementedError

    def tick(self, thing: Thing, week: Week, by: Any) -> None:
        """Say that it is done at each of its sites; twice changes nothing."""
        ticks = [
            Done(
                programme=week.programme,
                source=thing.source,
                key=thing.key,
                site_id=site,
                by=by,
                at=week.now,
            )
            for site in thing.sites
        ]
        Done.objects.bulk_create(ticks, ignore_conflicts=True)

    def undo(self, thing: Thing, week: Week, by: Any) -> None:
        """Say that it is not done after all; twice changes nothing."""
        mine = Done.objects.within(week.scope).filter(source=thing.source, key=thing.key)
        mine.filter(site__in=thing.sites).delete()


_sources: dict[str, TodoSource] = {}


def register(source: TodoSource) -> None:
    """Let a source join; one of the same key takes its place."""
    _sources[source.key] = source


def source_named(key: str) -> TodoSource:
    """Return the source of that key."""
    return _sources[key]


@dataclass(frozen=True)
class Todo:
    """What is open, the most overdue first, and what was done lately, the latest first."""

    today: date
    open: list[Thing]
    done: list[Thing]

    @property
    def overdue(self) -> int:
        """Return how many things should have been done before today."""
        return sum(thing.due_on < self.today for thing in self.open)


def todo_of(week: Week) -> Todo:
    """Return the to-do of a week; the number of queries does not grow with its things."""
    found = [
        thing
        for source in _sources.values()
        if week.scope.may(source.action)
        for thing in source.things(week)
    ]
    done = [thing for thing in found if thing.done_at and thing.done_at >= week.since]
    return Todo(
        today=week.today,
        open=sorted(_open(found), key=lambda one: (one.due_on, one.where, one.what)),
        done=sorted(done, key=lambda one: (one.done_at or week.now, one.what), reverse=True),
    )


def _open(things: Iterable[Thing]) -> list[Thing]:
    return [thing for thing in things if thing.done_at is None]
