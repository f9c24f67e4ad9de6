"""What moves along when a date moves: each floor brings its part by registering a mover.

A mover lives in ``movers`` of its app or package, which is found when Django starts. It shows what
would move and what would not, does what is not computed from the go-live, and takes that back.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from programmes.models import Move, WaveSite
from programmes.models.programme import Wave
from programmes.scope import Scope


@dataclass(frozen=True)
class Shift:
    """A date that is asked to move, with the sites that move with it; nothing is written.

    Attributes:
        wave: the wave.
        place: the only site that moves; None is the whole wave.
        what: ``go_live``, or ``hand_over`` of a wave that is live.
        before_on: the date now.
        after_on: the date then.
        places: the dated sites that get it, with all that is computed from it.
        everywhere: all dated sites of the programme's waves in view.
        own_on: the site's own date then; None follows its wave.

    """

    wave: Wave
    place: WaveSite | None
    what: str
    before_on: date
    after_on: date
    places: tuple[WaveSite, ...]
    everywhere: tuple[WaveSite, ...]
    own_on: date | None = None

    @property
    def days(self) -> int:
        """Return by how many days it moves; negative is earlier."""
        return (self.after_on - self.before_on).days

    @property
    def name(self) -> str:
        """Return what moves: the site, or the wave."""
        return str(self.place.site if self.place else self.wave)

    @property
    def sites(self) -> frozenset[int]:
        """Return the ids of the sites that move."""
        return frozenset(place.site_id for place in self.places)

    def then(self, place: WaveSite) -> WaveSite:
        """Return a site as it would be, unsaved; one that does not move as it is."""
        if place.site_id not in self.sites:
            return place
        moved = copy(place)
        moved.live_on = self.after_on
        return moved

    def moved(self, day: date | None) -> date | None:
        """Return a day as it would be, if there is one."""
        return day + timedelta(days=self.days) if day else None


@dataclass(frozen=True)
class Clash:
    """What somebody should know before one thing moves.

    Attributes:
        kind: ``holiday``, ``weekend``, ``blackout``, ``year_end``, ``late``, ``room``, ``load``,
            ``past``.
        words: what is the matter.
        detail: where or when, in few words; may be empty.

    """

    kind: str
    words: str
    detail: str = ""


@dataclass(frozen=True)
class Choice:
    """The ways out of one conflict.

    Attributes:
        name: of the field that says which; see ``Wishes.choices``.
        options: each as a value and its words; the first is taken where nobody chooses.
        chosen: the value that is taken.

    """

    name: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True)
class Row:
    """One thing of the plan, where it is and where it would be.

    Attributes:
        kind: ``go_live``, ``hand_over``, ``message``, ``survey``, ``event``, ``service``, ``kit``.
        key: what names it among all rows.
        title: how people know it.
        before_on: its first day now, if it has one.
        then_on: its first day then.
        stays: why it does not move, in words; empty where it moves.
        tag: the same in one word.
        clashes: what is the matter then.
        instants: when it is due now and then (UTC), by the id of the site.
        pk: of what it is, for its page; of an event its address.
        choice: what somebody may choose about it, if there is something.

    """

    kind: str
    key: str
    title: str
    before_on: date | None
    then_on: date | None
    stays: str = ""
    tag: str = ""
    clashes: tuple[Clash, ...] = ()
    instants: Mapping[int, tuple[datetime | None, datetime | None]] = field(default_factory=dict)
    pk: int | str = 0
    choice: Choice | None = None


@dataclass(frozen=True)
class Wishes:
    """What somebody chose: events move along, those who heard the old date get a correction.

    ``choices`` holds the ways out of conflicts that are not the usual ones, by name.
    """

    events: bool = False
    correction: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)


class Mover:
    """One kind of thing that moves with a date. What is computed from it needs only ``rows``."""

    key = ""

    def rows(self, shift: Shift, wishes: Wishes, scope: Scope, now: datetime) -> Sequence[Row]:
        """Return what would move and what would not, in a fixed number of queries."""
        return ()

    def moving(self, shift: Shift, wishes: Wishes, scope: Scope, now: datetime) -> Sequence[Row]:
        """Return what moves, for the trail."""
        return [row for row in self.rows(shift, wishes, scope, now) if not row.stays]

    def leaving(self, shift: Shift, scope: Scope, now: datetime) -> Sequence[Row]:
        """Return what stays at sites that are taken out of a wave, and what becomes of it.

        ``places`` of the shift are these sites; it moves nothing.
        """
        return ()

    def made(self, kept: Any) -> str:
        """Return what ``apply`` has added, by its title; empty for nothing, or once it is gone."""
        return ""

    def apply(self, shift: Shift, wishes: Wishes, user: Any, now: datetime) -> Any:
        """Move what is not computed, and return as JSON what ``undo`` needs; within the move."""
        return None

    def undo(self, kept: Any, move: Move, user: Any, now: datetime) -> None:
        """Undo what ``apply`` did.

        Raises:
            ValidationError: it cannot be taken back any more.

        """

    def went_out(self, move: Move) -> int:
        """Return how much left the house since a move that knew of its dates."""
        return 0


_movers: dict[str, Mover] = {}


def register(mover: Mover) -> None:
    """Let a mover join; one of the same key takes its place."""
    _movers[mover.key] = mover


def movers() -> list[Mover]:
    """Return all that move, in the order of their floors."""
    return list(_movers.values())


def places_dated(wave: Wave, scope: Scope) -> tuple[WaveSite, ...]:
    """Return the dated sites of the programme's waves in view (one query)."""
    places = WaveSite.objects.dated().within(scope).filter(wave__programme=wave.programme_id)
    return tuple(places.select_related("wave__programme", "site__region"))


def shift_of(
    wave: Wave,
    everywhere: Sequence[WaveSite],
    place_pk: int | None,
    to: date | None,
    today: date,
) -> Shift:
    """Return what is asked; without a date, a site follows its wave and a wave stays.

    Args:
        wave: the wave.
        everywhere: see ``places_dated``.
        place_pk: the row of the only site that moves; None is the whole wave.
        to: the date that is asked for.
        today: what is live on it keeps its go-live: then the hand-over moves.

    """
    place = next((one for one in everywhere if one.pk == place_pk), None) if place_pk else None
    if place is not None:
        after = to or wave.go_live_on
        own_on = None if to is None or to == wave.go_live_on else to
        return Shift(
            wave,
            place,
            Move.What.GO_LIVE,
            place.live_on,
            after,
            (place,),
            tuple(everywhere),
            own_on,
        )
    if wave.state_on(today) == "live":
        before = wave.handed_over_on or wave.go_live_on
        return Shift(wave, None, Move.What.HAND_OVER, before, to or before, (), tuple(everywhere))
    those = tuple(p for p in everywhere if p.wave_id == wave.pk and p.own_go_live_on is None)
    before = wave.go_live_on
    return Shift(wave, None, Move.What.GO_LIVE, before, to or before, those, tuple(everywhere))


def leave_of(wave: Wave, everywhere: Sequence[WaveSite], places: Sequence[WaveSite]) -> Shift:
    """Return the question what becomes of sites that are taken out of a wave; nothing moves."""
    on = wave.go_live_on
    return Shift(wave, None, Move.What.GO_LIVE, on, on, tuple(places), tuple(everywhere))


def move_seen(shift: Shift, seen: str, scope: Scope) -> Move | None:
    """Return the move in view that was applied from a preview, while its date is still the date."""
    found = Move.objects.within(scope).filter(wave=shift.wave, kept__seen=seen)
    last = found.select_related("site", "wave").order_by("-pk").first() if seen else None
    is_so = last and last.undone_at is None and last.after_on == shift.before_on
    return last if is_so else None


def latest_moves(wave: Wave, scope: Scope, count: int = 10) -> list[Move]:
    """Return the latest moves of a wave and its sites in view, the newest first (one query)."""
    found = Move.objects.within(scope).filter(wave=wave)
    return list(found.select_related("site", "wave", "moved_by", "undone_by")[:count])
