"""Writing down what objectives stand at, with who says so; taking a value back.

A refusal is a ValidationError whose sentence says what to do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import ApiToken, Objective, ObjectiveValue, Programme
from programmes.models.objective import Measured
from programmes.models.trail import PROGRAMME
from programmes.models.value import RecordedValue
from programmes.queries.measures import figures_of
from programmes.services.stream import check_not_to_come, save_part
from programmes.services.trail import write_entry

Source = RecordedValue.Source
AnyValue = TypeVar("AnyValue", bound=RecordedValue)


@dataclass(frozen=True)
class NewValue:
    """A value that somebody brings: what, of which day, and what they note about it."""

    value: Decimal
    measured_on: date
    note: str = ""


@dataclass(frozen=True)
class Bringer:
    """Who brings values, and how: by hand, in a file, or by another system with its token."""

    user: Any
    source: str = Source.TYPED
    token: ApiToken | None = None


@transaction.atomic
def record_value(objective: Any, new: NewValue, by: Bringer, now: datetime) -> Any:
    """Write a value into the history of an objective, and return it.

    What says the same as the value that counts on that day, and came from the same, is that value:
    whoever sends again after a failure changes nothing.

    Raises:
        ValidationError: by field: the day is to come, or the objective is measured by the portal.

    """
    objective = _locked(objective)
    _check_open(objective)
    check_not_to_come("measured_on", new.measured_on, now.date())
    if known := _same(objective, new, by):
        return known
    row = objective.values.model(
        objective=objective,
        value=new.value,
        measured_on=new.measured_on,
        note=new.note,
        source=by.source,
        author=by.user,
        recorded_at=now,
    )
    if by.token:
        row.token = by.token
    row.full_clean(exclude=["objective", "author", "token"])
    row.save(force_insert=True)
    _note(objective, row, by.user, now)
    return row


def _locked(objective: Any) -> Any:
    """Return the row of an objective, for this transaction alone."""
    return type(objective).objects.select_for_update().get(pk=objective.pk)


def _check_open(objective: Measured) -> None:
    if getattr(objective, "computed_by", ""):
        text = _(
            "The portal measures this objective. To enter values yourself, change “Values” in "
            "the objective first."
        )
        raise ValidationError({"value": text})


def _same(objective: Any, new: NewValue, by: Bringer) -> Any:
    latest = objective.values.present().filter(measured_on=new.measured_on).first()
    is_same = (
        latest is not None
        and (latest.value, latest.note, latest.source) == (new.value, new.note, by.source)
        and latest.author == by.user
    )
    return latest if is_same else None


def _note(objective: Any, row: RecordedValue | None, user: Any, now: datetime) -> None:
    """Let an objective show its latest value, and write into the trail what changed."""
    before = objective.value, objective.measured_on
    show_latest(objective)
    told = {
        name: [_said(was), _said(getattr(objective, name))]
        for name, was in zip(("value", "measured_on"), before, strict=True)
    }
    if row is not None and row.measured_on != objective.measured_on:
        told = {"value": ["", _said(row.value)], "measured_on": ["", _said(row.measured_on)]}
    if token := getattr(row, "token", None):
        told["token"] = ["", token.name]
    said = {PROGRAMME: objective.programme_id}
    write_entry(objective, LogEntry.Action.UPDATE, user, now, told, said)


def _said(value: object) -> str:
    return "" if value is None else str(value)


def show_latest(objective: Any) -> None:
    """Copy the latest value that counts, or none, to the objective."""
    latest = objective.values.present().first()
    objective.value = latest.value if latest else None
    objective.measured_on = latest.measured_on if latest else None
    objective.save(update_fields=["value", "measured_on"])


@transaction.atomic
def remove_value(row: AnyValue, user: Any, now: datetime) -> AnyValue:
    """Take a value out of what counts; it stays, so that it can be put back.

    Raises:
        ValidationError: the portal computed it.

    """
    if row.is_computed:
        raise ValidationError(_("The portal measured this value, so it stays in the history."))
    return _set_removed(row, now, user, now)


@transaction.atomic
def restore_value(row: AnyValue, user: Any, now: datetime) -> AnyValue:
    """Let a value count again."""
    return _set_removed(row, None, user, now)


def _set_removed(row: AnyValue, removed_at: datetime | None, user: Any, now: datetime) -> AnyValue:
    row.objective = _locked(row.objective)  # type: ignore[attr-defined]
    row.removed_at = removed_at
    row.save(update_fields=["removed_at"])
    _note(row.objective, None, user, now)  # type: ignore[attr-defined]
    return row


def save_objective(objective: Objective, values: Mapping[str, object], now: datetime) -> Objective:
    """Give an objective its values, and save it with today's figure if the portal measures it.

    Raises:
        ValidationError: by field: what the values lack.

    """
    save_part(objective, values)
    if objective.computed_by:
        record_figures(objective.programme, now)
    return objective


def record_figures(programme: Programme, now: datetime) -> int:
    """Keep today's figure of each objective that the portal measures; return how many there are."""
    objectives = list(programme.objectives.present().exclude(computed_by=""))
    figures = figures_of(programme, {one.computed_by for one in objectives}, now)
    known = [one for one in objectives if figures.get(one.computed_by) is not None]
    for objective in known:
        _record_figure(objective, figures[objective.computed_by], now)
    return len(known)


@transaction.atomic
def _record_figure(objective: Objective, figure: Decimal | None, now: datetime) -> None:
    """Write the figure of a day once; a later one of the same day takes its place."""
    locked = _locked(objective)
    ObjectiveValue.objects.update_or_create(
        objective=locked,
        measured_on=now.date(),
        source=Source.COMPUTED,
        defaults={"value": figure, "recorded_at": now},
    )
    show_latest(locked)


@dataclass(frozen=True)
class RowError:
    """What is wrong with one row of a file, by its number there."""

    number: int
    text: str


class WrongRowsError(Exception):
    """Rows of a file that cannot be taken; ``rows`` says why. Nothing was written."""

    def __init__(self, rows: list[RowError]) -> None:
        super().__init__(f"{len(rows)} rows")
        self.rows = rows


@transaction.atomic
def import_values(
    rows: Iterable[Any], unread: Iterable[RowError], by: Bringer, now: datetime
) -> int:
    """Write the values of a file (``number``, ``objective``, ``new``), all or none; count them.

    Raises:
        WrongRowsError: some cannot be taken, or could not be read (``unread``).

    """
    wrong, taken = list(unread), 0
    for row in rows:
        try:
            record_value(row.objective, row.new, by, now)
            taken += 1
        except ValidationError as refusal:
            wrong.append(RowError(row.number, " ".join(refusal.messages)))
    if wrong:
        raise WrongRowsError(sorted(wrong, key=lambda row: row.number))
    return taken
