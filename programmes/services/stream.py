"""Writing what a stream is made of: members, milestones, objectives; finishing and removing.

A refusal is a ValidationError whose sentence says what to do.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from programmes.database.removal import Removable
from programmes.models import Member, Milestone

Part = TypeVar("Part", bound=Removable)


def save_part(part: Part, values: Mapping[str, object]) -> Part:
    """Give a member, a milestone or an objective its values, and save it.

    Raises:
        ValidationError: by field: what the values lack.

    """
    for name, value in values.items():
        setattr(part, name, value)
    if isinstance(part, Member):
        part.email = part.email.lower()
    part.full_clean()
    part.save()
    return part


def finish(milestone: Milestone, done_on: date | None, today: date) -> Milestone:
    """Say on which day a milestone was reached; None says that it was not.

    Raises:
        ValidationError: the day is to come.

    """
    check_not_to_come("done_on", done_on, today)
    milestone.done_on = done_on
    milestone.save(update_fields=["done_on"])
    return milestone


def check_not_to_come(name: str, day: date | None, today: date) -> None:
    """Raise ValidationError at the field of that name for a day after today."""
    if day is not None and day > today:
        raise ValidationError({name: _("Enter today or an earlier date.")})


def remove_part(part: Part, now: datetime) -> Part:
    """Take a member, a milestone or an objective off the pages."""
    part.removed_at = now
    part.save(update_fields=["removed_at"])
    return part


def restore_part(part: Part) -> Part:
    """Put back what was removed."""
    part.removed_at = None
    part.save(update_fields=["removed_at"])
    return part
