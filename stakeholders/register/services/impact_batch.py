"""Changing several impacts at once, by hand or by a file, and undoing it as one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from auditlog.models import LogEntry
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import Programme
from stakeholders.accounts.models import User
from stakeholders.register.models import Impact, ImpactBatch
from stakeholders.register.queries.impact import RELATIONS, said_of
from stakeholders.register.services.impact import (
    UNCONFIRMED,
    Binding,
    note,
    remove_impact,
    settle,
)

# What a bulk edit may change. Relations are kept by their keys.
KEYED = ("owner", "service", "wave")
TOGETHER = (*KEYED, "until_days", "accepted_why")
# What a file may name besides by its key.
KEYS = (*KEYED, "stream")
# Under this name a batch keeps when what is confirmed had last changed before it.
CHANGED = "changed_at"


@transaction.atomic
def edit_together(
    programme: Programme,
    impacts: Iterable[int],
    values: Mapping[str, Any],
    user: User,
    now: datetime,
) -> ImpactBatch:
    """Give several impacts (their ids) the same values, and keep what they held.

    Raises:
        ValidationError: one of them cannot take a value; then none has changed.

    """
    wanted = {name: getattr(value, "pk", value) for name, value in values.items()}
    before, binding = {}, Binding(str(uuid4()))
    for impact in _locked(programme, impacts):
        was = held_columns(impact, wanted)
        if was != wanted:
            before[str(impact.pk)] = was | changed_before(impact)
            _give(impact, wanted, user, now, binding)
    after = dict.fromkeys(before, wanted)
    return ImpactBatch.objects.create(
        programme=programme, by=user, at=now, before=before, after=after
    )


@transaction.atomic
def undo_together(batch: ImpactBatch, user: User, now: datetime) -> int:
    """Give the impacts of a batch back what they held, and remove those that it added.

    What somebody has changed since stays as it is. Returns how many are as they were.
    """
    batch = ImpactBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.undone_at is not None:
        return 0
    binding = Binding(str(uuid4()), _("Undone"))
    found = _locked(batch.programme, map(int, batch.before))
    done = sum(_take_back(impact, batch, user, now, binding) for impact in found)
    batch.undone_at = now
    batch.save(update_fields=["undone_at"])
    return done


def _take_back(
    impact: Impact, batch: ImpactBatch, user: User, now: datetime, binding: Binding
) -> bool:
    """Tell whether an impact could be given back what it held."""
    key = str(impact.pk)
    before, after = batch.before[key], batch.after[key]
    if held_columns(impact, after) != after:
        return False
    if before is None:
        remove_impact(impact, user, now, binding)
        return True
    is_untouched = impact.changed_at <= batch.at
    held = {name: value for name, value in before.items() if name != CHANGED}
    try:
        with transaction.atomic():
            _give(impact, held, user, now, binding)
    except (ValidationError, ObjectDoesNotExist):
        # What it named is gone.
        return False
    if is_untouched and CHANGED in before:
        # What was confirmed then is so again.
        changed_at = datetime.fromisoformat(before[CHANGED])
        Impact.objects.filter(pk=impact.pk).update(changed_at=changed_at)
    return True


def _locked(programme: Programme, impacts: Iterable[int]) -> list[Impact]:
    found = Impact.objects.of(programme).present().filter(pk__in=list(impacts))
    return list(found.select_for_update().order_by("pk"))


def held_columns(impact: Impact, names: Iterable[str]) -> dict[str, Any]:
    """Return what an impact holds in some columns, as a batch keeps it."""
    return {name: _column(impact, name) for name in names}


def changed_before(impact: Impact) -> dict[str, str]:
    """Return when an impact was last changed, as a batch keeps it."""
    return {CHANGED: impact.changed_at.isoformat()}


def _column(impact: Impact, name: str) -> Any:
    if name in RELATIONS:
        return sorted(one.pk for one in getattr(impact, name).all())
    return getattr(impact, f"{name}_id" if name in KEYS else name)


def _give(
    impact: Impact, values: Mapping[str, Any], user: User, now: datetime, binding: Binding
) -> None:
    """Set the columns of one impact, with an entry of the trail.

    Raises:
        ValidationError: it cannot take a value; the sentence names the impact.

    """
    before = _said(impact, values)
    for name, value in values.items():
        if name == "accepted_why":
            settle(impact, value, user, now)
        elif name not in RELATIONS:
            setattr(impact, f"{name}_id" if name in KEYS else name, value)
    if set(values) - UNCONFIRMED - {"accepted_why"}:
        impact.changed_at = now
    try:
        impact.full_clean()
    except ValidationError as refusal:
        why = " ".join(refusal.messages)
        raise ValidationError(f"{impact.reference}: {why}") from refusal
    impact.save()
    _relate(impact, values)
    impact.refresh_from_db(fields=[n for n in values if n in KEYS])
    after = _said(impact, values)
    changes = {name: [before[name], after[name]] for name in values}
    note(impact, LogEntry.Action.UPDATE, user, now, changes, binding)


def _relate(impact: Impact, values: Mapping[str, Any]) -> None:
    """Set the relations; what was deleted since is left out."""
    for name in set(RELATIONS) & set(values):
        related = getattr(impact, name)
        related.set(related.model.objects.filter(pk__in=values[name]))


def _said(impact: Impact, names: Iterable[str]) -> dict[str, str]:
    return {
        name: said_of(value.all() if name in RELATIONS else value)
        for name in names
        for value in [getattr(impact, name)]
    }
