"""Writing what a change does to whom, with an entry in the trail for each change.

A refusal is a ValidationError whose sentence says what to do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from programmes.models import Programme, Region, fingerprint
from programmes.models.trail import PROGRAMME, WHY
from programmes.queries.trail import entries_on
from programmes.services.texts import TextChangedError
from programmes.services.trail import write_entry
from stakeholders.accounts.models import User
from stakeholders.register.models import Impact, ImpactConfirmation, ImpactSeries
from stakeholders.register.queries.impact import PLAIN, RELATIONS, held, said_of

# Who looks after it, and who helps, is nothing that a stream or a region has confirmed.
UNCONFIRMED = {"owner", "supports"}
Changes = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Binding:
    """What the entries of one act share: the id that binds them, and its reason."""

    cid: str | None = None
    why: str = ""


ALONE = Binding()


@transaction.atomic
def save_impact(
    impact: Impact,
    values: Mapping[str, Any],
    user: User | None,
    now: datetime,
    *,
    text_seen: str | None = None,
    binding: Binding = ALONE,
) -> Impact:
    """Give an impact its values, and say whom it touches where; a new one gets its number.

    Args:
        impact: as it was read; what is there now is read again.
        values: of each column that is to change.
        user: who changes it; None is the system.
        now: the moment of the change.
        text_seen: the fingerprint of what the writer was shown (``held``). Given, somebody
            else's newer values are not overwritten.
        binding: what its entry of the trail says beyond the change.

    Raises:
        ValidationError: by field: what the values lack.
        TextChangedError: the impact no longer holds what was seen.

    """
    is_new = impact.pk is None
    before = {} if is_new else _there(impact, values, text_seen)
    for name in PLAIN:
        if name in values:
            setattr(impact, name, values[name])
    if is_new:
        impact.number, impact.changed_at = take_number(impact.programme), now
    impact.full_clean()
    impact.save()
    for name in RELATIONS:
        if name in values:
            getattr(impact, name).set(values[name])
    _note_saved(impact, before, user, now, binding)
    return impact


def _there(impact: Impact, values: Mapping[str, Any], text_seen: str | None) -> dict[str, str]:
    """Return what an impact holds now, and keep it from others until the transaction ends."""
    impact.refresh_from_db(from_queryset=Impact.objects.select_for_update())
    there = held(impact)
    is_seen = text_seen is None or text_seen == fingerprint(there)
    if not is_seen and there != there | {name: said_of(values[name]) for name in values}:
        raise TextChangedError(there, _changed_by(impact))
    return there


def _changed_by(impact: Impact) -> User | None:
    last = entries_on(Impact, [impact.pk]).exclude(action=LogEntry.Action.ACCESS).first()
    return last.actor if last else None


def take_number(programme: Programme) -> int:
    """Return the next number of a programme's impacts; it must be called in a transaction."""
    ImpactSeries.objects.get_or_create(programme=programme)
    series = ImpactSeries.objects.filter(programme=programme)
    series.update(last=F("last") + 1)
    return int(series.values_list("last", flat=True)[0])


def _note_saved(
    impact: Impact, before: Mapping[str, str], user: User | None, now: datetime, binding: Binding
) -> None:
    """Write what changed into the trail, and when what is confirmed was last changed."""
    after = held(impact)
    changes = {n: [before.get(n, ""), after[n]] for n in after if before.get(n, "") != after[n]}
    if before and not changes:
        return
    if before and set(changes) - UNCONFIRMED:
        impact.changed_at = now
        impact.save(update_fields=["changed_at"])
    action = LogEntry.Action.UPDATE if before else LogEntry.Action.CREATE
    note(impact, action, user, now, changes, binding)


def note(
    impact: Impact,
    action: int,
    user: User | None,
    now: datetime,
    changes: Changes,
    binding: Binding = ALONE,
) -> None:
    """Write into the trail of its programme what was done to an impact."""
    said = {PROGRAMME: impact.programme_id} | ({WHY: binding.why} if binding.why else {})
    write_entry(impact, action, user, now, changes, said, binding.cid)


@transaction.atomic
def remove_impact(impact: Impact, user: User, now: datetime, binding: Binding = ALONE) -> Impact:
    """Remove an impact from the pages; its number stays its own."""
    impact.removed_at = now
    impact.save(update_fields=["removed_at"])
    note(impact, LogEntry.Action.DELETE, user, now, {}, binding)
    return impact


@transaction.atomic
def restore_impact(impact: Impact, user: User, now: datetime) -> Impact:
    """Put back what was removed."""
    changes = {"removed_at": [str(impact.removed_at), ""]}
    impact.removed_at = None
    impact.save(update_fields=["removed_at"])
    note(impact, LogEntry.Action.UPDATE, user, now, changes)
    return impact


@transaction.atomic
def accept_impact(
    impact: Impact, why: str, user: User, now: datetime, binding: Binding = ALONE
) -> Impact:
    """Say that an impact needs no action, and why; without a reason it needs one again.

    Raises:
        ValidationError: it is to be accepted without a reason.

    """
    before = impact.accepted_why
    settle(impact, why.strip(), user, now)
    impact.save(update_fields=["accepted_why", "accepted_at", "accepted_by"])
    changes = {"accepted_why": [before, impact.accepted_why]}
    note(impact, LogEntry.Action.UPDATE, user, now, changes, binding)
    return impact


def settle(impact: Impact, why: str, user: User | None, now: datetime | None) -> None:
    """Set the three columns of an acceptance; all are empty without a reason."""
    impact.accepted_why = why
    impact.accepted_at = now if why else None
    impact.accepted_by = user if why else None


@transaction.atomic
def confirm_impact(
    impact: Impact, region: Region | None, user: User, now: datetime
) -> ImpactConfirmation:
    """Keep the word of its stream, or of a region, that an impact is what changes there.

    Raises:
        ValidationError: no stream brings it.

    """
    if region is None and impact.stream is None:
        raise ValidationError(_("Choose the stream of this impact first."))
    said, _made = ImpactConfirmation.objects.update_or_create(
        impact=impact, region=region, defaults={"by": user, "at": now}
    )
    changes = {"confirmations": ["", str(region or impact.stream)]}
    note(impact, LogEntry.Action.UPDATE, user, now, changes)
    return said


@transaction.atomic
def unconfirm_impact(impact: Impact, region: Region | None, user: User, now: datetime) -> None:
    """Undo a confirmation; nothing happens where there is none."""
    gone, _rows = impact.confirmations.filter(region=region).delete()
    if gone:
        changes = {"confirmations": [str(region or impact.stream), ""]}
        note(impact, LogEntry.Action.UPDATE, user, now, changes)
