"""Giving drafts the days that were chosen with a move, and taking that back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communications.dispatches.queries.left import left_at_sites
from communications.dispatches.queries.plans import with_ends
from communications.models import Message
from onelift.dashboards.moves.queries.mails import rows_of_mails, ways_of
from onelift.dashboards.plan.queries.moments import NamedPlan, named_plans
from programmes.queries.shift import Row, Shift, Wishes
from programmes.scope import EVERYTHING, Scope


@transaction.atomic
def take_ways(shift: Shift, wishes: Wishes, now: datetime) -> list[list[int | None]] | None:
    """Give drafts their chosen days; return what ``put_back`` needs, None if nothing changes."""
    if not any(name.startswith("message-") for name in wishes.choices):
        return None
    scope = replace(EVERYTHING, programme=shift.wave.programme_id)
    kept: list[list[int | None]] = []
    for pk, schedule in ways_of(*_planned(shift, wishes, scope), now).items():
        message = Message.objects.select_for_update().get(pk=pk)
        before = [message.offset_days, message.latest_hours]
        _write(message, [schedule.offset_days, schedule.latest_hours], now)
        kept.append([pk, *before, schedule.offset_days, schedule.latest_hours])
    return kept or None


def moving_mails(shift: Shift, wishes: Wishes, scope: Scope, now: datetime) -> list[Row]:
    """Return the messages and surveys in view that move."""
    return [row for row in rows_of_mails(*_planned(shift, wishes, scope), now) if not row.stays]


def _planned(
    shift: Shift, wishes: Wishes, scope: Scope
) -> tuple[list[NamedPlan], Shift, Wishes, set[tuple[int, int]]]:
    """Return what a move of messages is computed from."""
    plans = with_ends(named_plans(shift.wave.programme, scope), shift.wave.programme)
    return plans, shift, wishes, left_at_sites(shift.sites, scope)


@transaction.atomic
def put_back(kept: Sequence[Sequence[Any]], now: datetime) -> None:
    """Give drafts the days that they had.

    Raises:
        ValidationError: one was changed since.

    """
    for pk, *days in kept:
        message = Message.objects.select_for_update().get(pk=pk)
        if [message.offset_days, message.latest_hours] != days[2:]:
            words = _("“%(title)s” has changed since then. Move the date back instead.")
            raise ValidationError(words % {"title": message.title})
        _write(message, days[:2], now)


def _write(message: Message, days: Sequence[int | None], now: datetime) -> None:
    message.offset_days, message.latest_hours = days
    message.changed_at = now
    message.save(update_fields=["offset_days", "latest_hours", "changed_at"])
