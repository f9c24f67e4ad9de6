"""Writing what a file of impacts asks for: all of its rows, or none."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import Programme, fingerprint
from programmes.reading.refusal import WrongRowsError
from stakeholders.accounts.models import User
from stakeholders.register.models import ImpactBatch
from stakeholders.register.queries.impact import PLAIN, RELATIONS, held
from stakeholders.register.reading.impacts import ImpactLine, ImpactsFile
from stakeholders.register.services.impact import Binding, accept_impact, save_impact
from stakeholders.register.services.impact_batch import changed_before, held_columns

EVERYTHING = (*PLAIN, *RELATIONS, "accepted_why")


@transaction.atomic
def import_impacts(
    file: ImpactsFile, programme: Programme, user: User, now: datetime
) -> ImpactBatch:
    """Add and change impacts as a file says; return what undoes it.

    It is unsaved where the file changes nothing.

    Raises:
        WrongRowsError: rows are wrong; then nothing is written.
        TextChangedError: somebody has changed one of the impacts since the file was read.

    """
    if file.reasons:
        raise WrongRowsError(file.reasons)
    batch = ImpactBatch(programme=programme, by=user, at=now)
    binding = Binding(str(uuid4()), _("Imported from a file"))
    for line in file.lines:
        _write(line, batch, now, binding)
    if batch.before:
        batch.save()
    return batch


def _write(line: ImpactLine, batch: ImpactBatch, now: datetime, binding: Binding) -> None:
    """Write one row, and keep what the impact held; None if it is new."""
    names: Any = EVERYTHING if line.is_new else tuple(line.values)
    before = None
    if not line.is_new:
        before = held_columns(line.impact, names) | changed_before(line.impact)
    try:
        impact = _saved(line, batch.by, now, binding)
    except ValidationError as refusal:
        raise WrongRowsError({line.line: refusal.messages}) from refusal
    batch.before[str(impact.pk)] = before
    batch.after[str(impact.pk)] = held_columns(impact, names)


def _saved(line: ImpactLine, user: Any, now: datetime, binding: Binding) -> Any:
    values = dict(line.values)
    why = values.pop("accepted_why", None)
    seen = None if line.is_new else fingerprint(held(line.impact))
    impact = save_impact(line.impact, values, user, now, text_seen=seen, binding=binding)
    return impact if why is None else accept_impact(impact, why, user, now, binding)
