"""The preview as the page shows it: its finding, its rows on one calendar, its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onelift.dashboards.moves.queries.drafts import Draft, corrects_nobody, drafted_before
from onelift.dashboards.moves.queries.free_days import free_days_near
from onelift.dashboards.moves.queries.preview import Preview
from onelift.dashboards.moves.queries.texts import NamingText
from programmes.design.charts.track import Axis, draw_head, draw_track
from programmes.design.formats import (
    day,
    enumeration,
    full_day,
    language_name,
    most_first,
    number,
    short_day,
)
from programmes.models import Move, Programme
from programmes.queries.leaving import Removal, removals_of, why_not_back
from programmes.queries.shift import Clash, Row, Shift, latest_moves
from programmes.scope import Scope
from programmes.services.move import why_not
from programmes.timing import holidays_of, is_year_end


@dataclass(frozen=True)
class Line:
    """One row of the table; ``remark`` names its clashes by their numbers."""

    row: Row
    track: SafeString
    remark: str
    is_stale: bool


@dataclass(frozen=True)
class Past:
    """A move of the history, with why it cannot be undone; both empty where it is not the last."""

    move: Move
    may_undo: bool
    why_not: str


@dataclass(frozen=True)
class Left:
    """Sites that were taken out of the wave; ``why_not`` says why that cannot be undone."""

    removal: Removal
    why_not: str


@dataclass(frozen=True)
class MovePage:
    """What the page says, in the reader's language.

    Attributes:
        title: the finding.
        sub: how much moves, and that nothing has changed yet.
        sentence: why less moves than usual, or nothing; may be empty.
        has_date: whether somebody asked for another date; without one there is no preview.
        may_apply: whether there is something to apply.
        asks_correction: whether a correction can be drafted with it.
        draft: the draft of a correction from an earlier move, if there is one.
        needless: that draft, where the date that comes is the one that all its people were told.
        free_days: the nearest days on which nobody rests, if the date itself is none.
        head: the months above the tracks.
        lines: what moves.
        clashes: what is in the way, with its number.
        texts: those that name the old date.
        told: how many heard it in which language, in words.
        history: the latest moves, the newest first.
        left: the latest sites that were taken out of the wave, the newest first.

    """

    title: str
    sub: str
    sentence: str
    has_date: bool
    may_apply: bool
    asks_correction: bool
    draft: Draft | None
    needless: Draft | None
    free_days: Sequence[date]
    head: SafeString
    lines: Sequence[Line]
    clashes: Sequence[tuple[int, Clash]]
    texts: Sequence[NamingText]
    told: str
    history: Sequence[Past]
    left: Sequence[Left]


def page_of_move(
    preview: Preview, form: Any, programme: Programme, scope: Scope, now: datetime
) -> MovePage:
    """Return the page of a preview."""
    shift = preview.shift
    sentence = sentence_of(shift, now)
    is_stuck = _is_stuck(shift, now)
    axis = _axis(preview)
    may_apply = bool(_is_changed(shift)) and not is_stuck and form.is_asked
    draft = drafted_before(shift, scope)
    numbers = {id(clash): n for n, clash in enumerate(preview.clashes, 1)}
    return MovePage(
        title=_title(preview, is_stuck=is_stuck),
        sub=_sub(preview),
        sentence=sentence,
        has_date="to" in form.data and form.is_asked and _is_changed(shift),
        may_apply=may_apply,
        asks_correction=may_apply and preview.told_count > 0,
        draft=draft if preview.told_count else None,
        needless=draft if may_apply and draft and corrects_nobody(draft, shift, scope) else None,
        free_days=free_days_near(shift, now.date()) if may_apply else [],
        head=draw_head(axis),
        lines=[_line(row, axis, numbers, preview) for row in preview.moving],
        clashes=[(n, clash) for n, clash in enumerate(preview.clashes, 1)],
        texts=preview.texts,
        told=_told(preview),
        history=_history(shift, scope),
        left=[Left(one, why_not_back(one, now)) for one in removals_of(shift.wave)],
    )


def _is_changed(shift: Shift) -> bool:
    own = shift.place.own_go_live_on if shift.place else None
    return shift.days != 0 or (shift.place is not None and own != shift.own_on)


def _is_stuck(shift: Shift, now: datetime) -> bool:
    """Tell whether nothing of it moves any more."""
    if shift.wave.state_on(now.date()) == "run":
        return True
    if shift.place is not None:
        return shift.place.live_on <= now.date()
    return shift.what == Move.What.HAND_OVER and shift.wave.handed_over_on is None


def sentence_of(shift: Shift, now: datetime) -> str:
    """Return why less than usual moves, or nothing."""
    wave, today = shift.wave, now.date()
    words = {"wave": wave, "day": day(wave.go_live_on), "site": shift.name}
    if wave.state_on(today) == "run":
        return _("%(wave)s is handed over to Run. Undo the hand-over before you move it.") % words
    if shift.place is not None:
        if shift.place.live_on > today:
            return ""
        words["day"] = day(shift.place.live_on)
        return (
            _("%(site)s has been live since %(day)s. Its go-live can no longer be moved.") % words
        )
    if shift.what != Move.What.HAND_OVER:
        return ""
    text = _(
        "%(wave)s has been live since %(day)s. Only its hand-over and surveys can still be moved."
    )
    if wave.handed_over_on is None:
        text += " " + _("Set its hand-over date first.")
    return text % words


def _title(preview: Preview, *, is_stuck: bool) -> str:
    shift = preview.shift
    words = {"what": shift.name, "day": full_day(shift.after_on), "n": preview.conflicts}
    if is_stuck or not _is_changed(shift):
        return _("Move %(what)s") % words
    if not preview.conflicts:
        return _("%(what)s on %(day)s: no conflicts") % words
    text = ngettext(
        "%(what)s on %(day)s: %(n)d conflict",
        "%(what)s on %(day)s: %(n)d conflicts",
        preview.conflicts,
    )
    return text % words


def _sub(preview: Preview) -> str:
    words = ngettext("%(n)s person.", "%(n)s people.", preview.people)
    people = words % {"n": number(preview.people)}
    if not _is_changed(preview.shift):
        return " ".join([people, _("Choose a date to see what moves.")])
    return " ".join([people, _moves(preview), _("Nothing has moved yet.")])


def _moves(preview: Preview) -> str:
    """Say how many things move, and by how many days."""
    by = abs(preview.shift.days)
    if not preview.conflicts:
        text = ngettext(
            "No conflicts. %(n)d action moves by %(days)s.",
            "No conflicts. %(n)d actions move by %(days)s.",
            preview.actions,
        )
    else:
        text = ngettext(
            "The date and %(n)d action move by %(days)s.",
            "The date and %(n)d actions move by %(days)s.",
            preview.actions,
        )
    days = ngettext("%(n)d day", "%(n)d days", by) % {"n": by}
    return text % {"n": preview.actions, "days": days}


def _axis(preview: Preview) -> Axis:
    shift = preview.shift
    days = [on for row in preview.moving for on in (row.before_on, row.then_on) if on]
    years = {on.year for on in days}
    rests = {on for place in shift.places for year in years for on in holidays_of(place.site, year)}
    return Axis.around([*days, shift.before_on, shift.after_on], rests, is_year_end)


def _line(row: Row, axis: Axis, numbers: Mapping[int, int], preview: Preview) -> Line:
    is_date = row.kind == preview.shift.what
    track = SafeString("")
    if row.before_on and row.then_on:
        track = draw_track(
            axis, row.before_on, row.then_on, is_date=is_date, has_clash=bool(row.clashes)
        )
    if row.clashes:
        seen = enumeration([str(numbers[id(clash)]) for clash in row.clashes])
        remark = _("%(what)s, see %(numbers)s")
        words = {"what": _shortly(row.clashes), "numbers": seen}
        return Line(row, track, remark % words, is_stale=False)
    own = [one for one in preview.texts if one.kind == row.kind and one.pk == row.pk]
    return Line(row, track, _naming(own, preview.shift), is_stale=bool(own))


def _naming(texts: Sequence[NamingText], shift: Shift) -> str:
    if not texts:
        return ""
    words = ngettext("%(n)d text mentions %(day)s", "%(n)d texts mention %(day)s", len(texts))
    return words % {"n": len(texts), "day": short_day(shift.before_on)}


def _shortly(clashes: Sequence[Clash]) -> str:
    """Name the first clash, with a weekend beside a holiday."""
    if {"holiday", "weekend"} <= {clash.kind for clash in clashes}:
        return _("Holiday and weekend")
    return _short(clashes[0])


def _short(clash: Clash) -> str:
    words = {
        "holiday": _("Holiday"),
        "weekend": _("Weekend"),
        "blackout": _("Blackout"),
        "year_end": _("Christmas week"),
        "late": _("Too late"),
        "past": _("Past"),
        "room": _("Room taken"),
        "seats": _("Attendees"),
        "bound": _("Approved day"),
    }
    return words.get(clash.kind, clash.words)


def _told(preview: Preview) -> str:
    """Say in which languages those read who heard the old date, most first."""
    parts = [
        _("%(language)s (%(n)s)") % {"n": number(n), "language": language_name(code)}
        for code, n in most_first(preview.told)
    ]
    return _("They read %(languages)s.") % {"languages": enumeration(parts)}


def _history(shift: Shift, scope: Scope) -> list[Past]:
    moves = latest_moves(shift.wave, scope)
    latest = next((move for move in moves if move.undone_at is None), None)
    problem = why_not(latest) if latest else ""
    return [
        Past(move, move is latest and not problem, problem if move is latest else "")
        for move in moves
    ]
