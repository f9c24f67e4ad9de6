"""Moving a go-live, or the hand-over of a live wave, as one step that can be undone as one.

Whatever changes such a date comes through here, so that each change stands in the history and in
the audit trail with before, after and why.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.models import Move, Programme, Wave, WaveSite
from programmes.models.trail import PROGRAMME, WHY
from programmes.queries.shift import Shift, Wishes, movers, places_dated, shift_of
from programmes.scope import EVERYTHING
from programmes.services.plan import move_site, move_wave, write_hand_over, write_wave
from programmes.services.trail import write_entry

NOTHING = Wishes()
ALL = frozenset({"event.all"})


@transaction.atomic
def move_date(
    shift: Shift,
    user: Any,
    now: datetime,
    why: str = "",
    wishes: Wishes = NOTHING,
    seen: str = "",
) -> Move:
    """Move a date with all that moves along; return the row by which it is undone.

    ``seen`` is the fingerprint of the preview, by which the same form is known when it comes again.

    Raises:
        ValidationError: it does not move, the wave is handed over, the date lies outside the
            programme, or somebody else has moved it.

    """
    Programme.objects.select_for_update().get(pk=shift.wave.programme_id)
    if shift.days == 0 and not _is_let_go(shift):
        raise ValidationError(_("This is the current date. Enter another one."))
    along = _moving_along(shift, wishes, now)
    kept: dict[str, Any] = {"own": _write(shift, now)}
    if seen:
        kept["seen"] = seen
    if wishes.choices:
        kept["choices"] = dict(wishes.choices)
    for mover in movers():
        if (part := mover.apply(shift, wishes, user, now)) is not None:
            kept[mover.key] = part
    kept["along"] = along | {name: ["", title] for name, title in _made(kept).items()}
    move = Move.objects.create(
        wave=shift.wave,
        site=shift.place.site if shift.place else None,
        what=shift.what,
        before_on=shift.before_on,
        after_on=shift.after_on,
        why=why.strip(),
        kept=kept,
        moved_by=user,
        moved_at=now,
    )
    _note(move, [str(shift.before_on), str(shift.after_on)], kept["along"], move.why, user, now)
    return move


def _moving_along(shift: Shift, wishes: Wishes, now: datetime) -> dict[str, list[str]]:
    """Return what moves along by kind, as the trail keeps it: titles with their first days."""
    scope = replace(EVERYTHING, programme=shift.wave.programme_id, actions=ALL)
    found: defaultdict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for mover in movers():
        for row in mover.moving(shift, wishes, scope, now):
            if row.before_on != row.then_on:
                before, after = found[f"moved_{row.kind}"]
                before.append(f"{row.title}: {row.before_on or '–'}")
                after.append(f"{row.title}: {row.then_on or '–'}")
    along = {name: ["; ".join(side) for side in pair] for name, pair in found.items()}
    return _hand_over_along(shift) | along


def _hand_over_along(shift: Shift) -> dict[str, list[str]]:
    """Return the hand-over of a wave, which keeps its distance from the go-live."""
    on = shift.wave.handed_over_on
    if on is None or shift.place or shift.what == Move.What.HAND_OVER:
        return {}
    return {"handed_over_on": [str(on), str(shift.moved(on))]}


def _made(kept: Mapping[str, Any]) -> dict[str, str]:
    """Return the titles of what was added with a move and is still there, by mover."""
    found = {m.key: m.made(kept[m.key]) for m in movers() if m.key in kept}
    return {key: title for key, title in found.items() if title}


def _is_let_go(shift: Shift) -> bool:
    """Tell whether a site that has its wave’s date as its own gets none, or the reverse."""
    return shift.place is not None and shift.place.own_go_live_on != shift.own_on


def move_to(
    wave: Wave, place_pk: int | None, to: date | None, user: Any, now: datetime, why: str = ""
) -> Move | None:
    """Move a wave or one of its sites where no preview is shown; None if that is its date."""
    # On the first of all days nothing is live: what administrators correct may have been.
    shift = shift_of(wave, places_dated(wave, EVERYTHING), place_pk, to, date.min)
    is_same = shift.days == 0 and not _is_let_go(shift)
    return None if is_same else move_date(shift, user, now, why)


@transaction.atomic
def write_wave_moved(wave: Wave, user: Any, now: datetime) -> Wave:
    """Save a wave as an administrator has filled it in; another go-live is a move of its own.

    A hand-over that was typed wins over the day to which the move takes it.

    Raises:
        ValidationError: see ``write_wave`` and ``move_date``.

    """
    stored = Wave.objects.filter(pk=wave.pk).first() if wave.pk else None
    if stored is None or stored.go_live_on == wave.go_live_on:
        return write_wave(wave, now)
    handed_over_on = stored.handed_over_on
    move = move_to(stored, None, wave.go_live_on, user, now, _("Changed in the administration"))
    if move and wave.handed_over_on == handed_over_on:
        wave.handed_over_on = move.wave.handed_over_on
    return write_wave(wave, now)


@transaction.atomic
def write_place_moved(place: WaveSite, user: Any, now: datetime) -> WaveSite:
    """Save a site of a wave as an administrator has filled it in; another date is a move."""
    stored = (
        WaveSite.objects.filter(pk=place.pk).select_related("wave").first() if place.pk else None
    )
    if stored is None or stored.own_go_live_on == place.own_go_live_on:
        place.changed_at = now
        place.save()
        return place
    why = _("Changed in the administration")
    move_to(stored.wave, place.pk, place.own_go_live_on, user, now, why)
    return place


def _write(shift: Shift, now: datetime) -> dict[str, str | None]:
    """Write the date itself, and return what else its row held before."""
    if shift.place is not None:
        stored = WaveSite.objects.select_related("wave__programme").get(pk=shift.place.pk)
        if stored.own_go_live_on != shift.place.own_go_live_on:
            raise ValidationError(_moved_meanwhile(shift.place))
        before = stored.own_go_live_on
        move_site(stored, shift.own_on, now)
        return {"own_go_live_on": before.isoformat() if before else None}
    if shift.what == Move.What.HAND_OVER:
        return _write_hand_over(shift, now)
    handed_over = shift.wave.handed_over_on
    move_wave(shift.wave, shift.after_on, now, expected_on=shift.before_on)
    return {"handed_over_on": handed_over.isoformat() if handed_over else None}


def _write_hand_over(shift: Shift, now: datetime) -> dict[str, str | None]:
    stored = Wave.objects.select_related("programme").get(pk=shift.wave.pk)
    if stored.handed_over_on != shift.wave.handed_over_on:
        raise ValidationError(_moved_meanwhile(shift.wave))
    before = stored.handed_over_on
    write_hand_over(stored, shift.after_on, now)
    return {"handed_over_on": before.isoformat() if before else None}


def _moved_meanwhile(what: Wave | WaveSite) -> str:
    return _("%(what)s has been moved in the meantime. Check the new date first.") % {"what": what}


@transaction.atomic
def undo_move(move: Move, user: Any, now: datetime) -> Move:
    """Take a move back with all that moved along.

    Raises:
        ValidationError: it was undone already, the date or what moved along has changed since, or
            something went out that knew of the new date.

    """
    move = (
        Move.objects.select_for_update(of=("self",))
        .select_related("wave__programme", "site")
        .get(pk=move.pk)
    )
    Programme.objects.select_for_update().get(pk=move.wave.programme_id)
    if problem := why_not(move):
        raise ValidationError(problem)
    for mover in reversed(movers()):
        if mover.key in move.kept:
            mover.undo(move.kept[mover.key], move, user, now)
    _put_back(move, now)
    move.undone_by, move.undone_at = user, now
    move.save(update_fields=["undone_by", "undone_at"])
    stays, along = _made(move.kept), move.kept.get("along", {})
    back = {name: pair[::-1] for name, pair in along.items() if name not in stays}
    _note(move, [str(move.after_on), str(move.before_on)], back, _("Undone"), user, now)
    return move


def why_not(move: Move) -> str:
    """Return why a move cannot be undone, or nothing."""
    if move.undone_at:
        return _("This has already been undone.")
    later = Move.objects.standing().filter(wave=move.wave_id, pk__gt=move.pk)
    if later.filter(what=move.what).exists():
        return _("A date of this wave has been moved again since. Undo the latest move first.")
    if sent := sum(mover.went_out(move) for mover in movers()):
        words = ngettext(
            "%(n)d message has been sent since. Move the date back instead.",
            "%(n)d messages have been sent since. Move the date back instead.",
            sent,
        )
        return words % {"n": sent}
    return ""


def _put_back(move: Move, now: datetime) -> None:
    own = move.kept["own"]
    if move.site_id:
        place = WaveSite.objects.dated().filter(wave=move.wave_id, site=move.site_id).first()
        if place is None or place.live_on != move.after_on:
            raise ValidationError(_moved_meanwhile(move.wave))
        move_site(place, _day(own, "own_go_live_on"), now)
    elif move.what == Move.What.HAND_OVER:
        if move.wave.handed_over_on != move.after_on:
            raise ValidationError(_moved_meanwhile(move.wave))
        write_hand_over(move.wave, _day(own, "handed_over_on"), now)
    else:
        move_wave(move.wave, move.before_on, now, expected_on=move.after_on)


def _day(kept: Mapping[str, str | None], name: str) -> date | None:
    written = kept[name]
    return date.fromisoformat(written) if written else None


def _note(
    move: Move,
    own: list[str],
    along: Mapping[str, list[str]],
    why: str,
    user: Any,
    now: datetime,
) -> None:
    """Write into the programme’s trail what moved, from when to when, what with it, and why."""
    column = {"go_live": "go_live_on", "hand_over": "handed_over_on"}[move.what]
    changes = {**along, column: own}
    about: Any = move.wave
    if move.site_id:
        about = WaveSite.objects.select_related("wave", "site").get(
            wave=move.wave_id, site=move.site_id
        )
        changes["own_go_live_on"] = changes.pop("go_live_on")
    said = {PROGRAMME: move.wave.programme_id, "move": move.pk, WHY: why}
    write_entry(about, LogEntry.Action.UPDATE, user, now, changes, said)
