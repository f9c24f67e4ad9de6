"""Writing the register: what is known of a stakeholder, and each review of where they stand.

A refusal is a ValidationError whose sentence says what to do.
"""

from collections.abc import Mapping
from copy import copy
from datetime import datetime, timedelta
from typing import Any

from auditlog.models import LogEntry
from django.db import transaction

from programmes.models.trail import PROGRAMME
from programmes.services.trail import write_entry
from stakeholders.accounts.models import User
from stakeholders.register.models import Assessment, Stakeholder
from stakeholders.register.models.stakeholder import MOST

STEP = 5
# Direction → field and way of one key press on the grid.
MOVES: dict[str, tuple[str, int]] = {
    "up": ("power", STEP),
    "down": ("power", -STEP),
    "right": ("interest", STEP),
    "left": ("interest", -STEP),
}
# Moves of one hand within this time are one review: a mark that is led to its place by ten key
# presses was judged once.
ONE_MOVE = timedelta(minutes=5)


@transaction.atomic
def save_stakeholder(
    stakeholder: Stakeholder,
    values: Mapping[str, Any],
    user: User | None,
    now: datetime,
    reason: str = "",
) -> Stakeholder:
    """Give a stakeholder its values, and keep the review: a new judgement, or a reason for the old.

    Raises:
        ValidationError: by field: what the values lack.

    """
    before = _judged_now(stakeholder)
    for name, value in values.items():
        setattr(stakeholder, name, value)
    stakeholder.full_clean()
    stakeholder.save()
    changes = Assessment.between(before, stakeholder.judged())
    if changes or reason:
        stakeholder.assessments.create(at=now, by=user, changes=changes, reason=reason)
    _note_trail(stakeholder, changes, user, now)
    return stakeholder


@transaction.atomic
def place(
    stakeholder: Stakeholder, power: int, interest: int, user: User, now: datetime
) -> Stakeholder:
    """Put a stakeholder at a place of the grid, each from 0 to 100; see ``ONE_MOVE``.

    Raises:
        ValidationError: by field: a value is outside.

    """
    before = _judged_now(stakeholder)
    stakeholder.power, stakeholder.interest = power, interest
    stakeholder.full_clean()
    stakeholder.save(update_fields=["power", "interest"])
    changes = Assessment.between(before, stakeholder.judged())
    if changes:
        _note_move(stakeholder, changes, user, now)
        _note_trail(stakeholder, changes, user, now)
    return stakeholder


def _note_trail(
    stakeholder: Stakeholder, changes: Mapping[str, list[Any]], user: User | None, now: datetime
) -> None:
    """Write into the trail what was judged, without a name: who reads it may not read these."""
    if not changes:
        return
    nameless = copy(stakeholder)
    nameless.name = stakeholder.reference
    is_new = all(before is None for before, _after in changes.values())
    action = LogEntry.Action.CREATE if is_new else LogEntry.Action.UPDATE
    told = {name: ["" if v is None else str(v) for v in pair] for name, pair in changes.items()}
    said = {PROGRAMME: stakeholder.programme_id}
    write_entry(nameless, action, user, now, told, said)


def nudged(stakeholder: Stakeholder, direction: str) -> tuple[int, int]:
    """Return power and interest one step further in a direction (a key of ``MOVES``)."""
    name, step = MOVES[direction]
    place = {"power": stakeholder.power, "interest": stakeholder.interest}
    place[name] = min(MOST, max(0, place[name] + step))
    return place["power"], place["interest"]


def _judged_now(stakeholder: Stakeholder) -> dict[str, Any]:
    """Return what stands in the database, which nobody else changes until the end."""
    kept = Stakeholder.objects.select_for_update().filter(pk=stakeholder.pk).first()
    return kept.judged() if kept else {}


def _note_move(
    stakeholder: Stakeholder, changes: Mapping[str, list[Any]], user: User, now: datetime
) -> None:
    """Keep a move; one that goes on with the last is one with it, and none if it leads back."""
    last = stakeholder.assessments.first()
    if not (last and _goes_on(last, user, now)):
        stakeholder.assessments.create(at=now, by=user, changes=dict(changes))
        return
    whole = {name: [last.changes.get(name, pair)[0], pair[1]] for name, pair in changes.items()}
    last.changes = {n: p for n, p in {**last.changes, **whole}.items() if p[0] != p[1]}
    last.at = now
    if last.changes:
        last.save(update_fields=["changes", "at"])
    else:
        last.delete()


def _goes_on(last: Assessment, user: User, now: datetime) -> bool:
    is_a_move = last.changes and set(last.changes) <= {"power", "interest"} and not last.reason
    is_first = any(before is None for before, _after in last.changes.values())
    return bool(is_a_move) and not is_first and last.by == user and now - last.at < ONE_MOVE
